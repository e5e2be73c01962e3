using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Sockudo.Tests.Infrastructure;

/// <summary>
/// Free loopback ports below the range the kernel gives to outgoing connections, so that a child process can come back on its own. Each is
/// given once: a port whose process has yet to start looks as free as any.
/// </summary>
internal static class FreePorts
{
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            if (!Given.TryAdd(port, true)) continue;
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}

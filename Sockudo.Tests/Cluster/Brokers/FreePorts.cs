using System.Net;
using System.Net.Sockets;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>Free loopback ports below the range the kernel gives to outgoing connections, so that a broker can come back on its own.</summary>
internal static class FreePorts
{
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 30_000);
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

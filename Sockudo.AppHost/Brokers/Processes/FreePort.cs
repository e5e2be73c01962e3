using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sockudo.AppHost.Brokers.Processes;

/// <summary>Ports of loopback for broker processes. A restarted broker must come back on its port, so it is chosen once, by us.</summary>
internal static class FreePort
{
    // Below the range from which systems take ports for outgoing connections, and low enough that Redis Cluster's second port exists.
    private const int First = 20_000;
    private const int Last = 32_000;

    /// <summary>A port on which nobody listens now.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static int Take()
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last);
            if (IsFree(port)) return port;
        }

        throw new InvalidOperationException($"No free port between {First} and {Last} was found for a broker process.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

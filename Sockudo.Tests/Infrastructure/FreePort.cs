using System.Net;
using System.Net.Sockets;

namespace Sockudo.Tests.Infrastructure;

/// <summary>Loopback ports nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>A port that was free a moment ago; a child that finds it taken is started again on another.</summary>
    internal static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

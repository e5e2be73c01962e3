using System.Net;
using System.Net.Sockets;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// Opens connections to endpoints: the name is resolved once, its addresses are checked, and the connection is made to one of those
/// that were checked, so that a name cannot answer one thing when asked and another when used. Thread-safe.
/// </summary>
internal sealed class EndpointConnector(AddressPolicy policy)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="AddressRefusedException">No address of the name is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        var addresses = await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken).ConfigureAwait(false);
        var allowed = Array.FindAll(addresses, policy.Allows);
        if (allowed.Length == 0) throw new AddressRefusedException($"webhooks may not be sent to {string.Join(", ", addresses.Select(static address => address.ToString()))}");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, endpoint.Port, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

using System.Net.Sockets;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>The way into a cluster: through one node that takes connections, which names the others.</summary>
/// <remarks>
/// Given several nodes, the library waits its whole timeout for the dead ones, and somebody is dead whenever it matters. So it is given
/// one, another at each attempt, since one that is frozen takes connections too.
/// </remarks>
internal sealed partial class RedisConnectionFactory
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(500);

    // The nodes of the last connection; replaced as a whole.
    private volatile IReadOnlyList<RedisNodeAddress> _learned = [];
    private int _attempts;

    private async Task<RedisConnection> ConnectToClusterAsync(CancellationToken cancellationToken)
    {
        var door = await ReachableAsync(cancellationToken).ConfigureAwait(false);
        var connection = await ConnectToAsync([door], isCluster: true, cancellationToken).ConfigureAwait(false);
        _learned = [.. connection.Multiplexer.GetEndPoints().Select(Address).OfType<RedisNodeAddress>()];
        return connection;
    }

    private async Task<RedisNodeAddress> ReachableAsync(CancellationToken cancellationToken)
    {
        RedisNodeAddress[] known = [.. _target.Nodes.Union(_learned)];
        var first = (int)((uint)Interlocked.Increment(ref _attempts) % (uint)known.Length);
        for (var i = 0; i < known.Length; i++)
        {
            var node = known[(first + i) % known.Length];
            if (await TakesConnectionsAsync(node, cancellationToken).ConfigureAwait(false))
            {
                return node;
            }
        }

        throw new RedisConnectionException(
            ConnectionFailureType.UnableToConnect, CommandFlags.None, $"no node of {string.Join(',', known)} takes connections");
    }

    private async Task<bool> TakesConnectionsAsync(RedisNodeAddress node, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ProbeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(node.ToEndPoint(), either.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }
}

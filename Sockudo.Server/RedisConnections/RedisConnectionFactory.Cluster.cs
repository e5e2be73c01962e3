using System.Net.Sockets;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>The way into a cluster: through one node that takes connections, which names the others.</summary>
/// <remarks>
/// The library waits its whole timeout for nodes that are dead, named or learned, and somebody is dead whenever it matters. So it is given
/// one node, another at each attempt, since one that is frozen takes connections too; and a timeout that fits the distance of that node.
/// </remarks>
internal sealed partial class RedisConnectionFactory
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMilliseconds(500);

    // TCP, TLS, signing in, asking who one is, asking for the nodes, and all but that again for each of them.
    private const int RoundTripsToConnect = 20;
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(1);

    // The nodes of the last connection; replaced as a whole.
    private volatile IReadOnlyList<RedisNodeAddress> _learned = [];
    private int _attempts;
    private volatile int _failures;

    private async Task<RedisConnection> ConnectToClusterAsync(CancellationToken cancellationToken)
    {
        var (door, distance) = await ReachableAsync(cancellationToken).ConfigureAwait(false);
        RedisConnection connection;
        try
        {
            connection = await ConnectToAsync([door], isCluster: true, PatienceFor(distance), cancellationToken).ConfigureAwait(false);
        }
        catch (RedisConnectionException)
        {
            // Not one node answered in time: perhaps they are slow, so the next attempt gets longer.
            _failures++;
            throw;
        }

        _failures = 0;
        _learned = [.. connection.Multiplexer.GetEndPoints().Select(Address).OfType<RedisNodeAddress>()];
        return connection;
    }

    private TimeSpan PatienceFor(TimeSpan distance)
    {
        var patience = (distance * RoundTripsToConnect) + (LeastPatience * (1 << Math.Min(_failures, 4)));
        return patience < _target.ConnectTimeout ? patience : _target.ConnectTimeout;
    }

    private async Task<(RedisNodeAddress Node, TimeSpan Distance)> ReachableAsync(CancellationToken cancellationToken)
    {
        RedisNodeAddress[] known = [.. _target.Nodes.Union(_learned)];
        var first = (int)((uint)Interlocked.Increment(ref _attempts) % (uint)known.Length);
        for (var i = 0; i < known.Length; i++)
        {
            var node = known[(first + i) % known.Length];
            var started = _time.GetTimestamp();
            if (await TakesConnectionsAsync(node, cancellationToken).ConfigureAwait(false))
            {
                return (node, _time.GetElapsedTime(started));
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

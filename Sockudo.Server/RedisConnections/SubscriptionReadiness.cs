using System.Collections.Concurrent;
using System.Net;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// Waits for the subscribing connections of all masters. The library calls a connection open when its commanding half is; a topic
/// subscribed before the other half is there is refused, and on a cluster it may end up subscribed on two nodes, each message doubled.
/// Thread-safe.
/// </summary>
internal sealed class SubscriptionReadiness
{
    private readonly ConcurrentDictionary<EndPoint, bool> _open = new();
    private volatile TaskCompletionSource _changed = New();

    /// <summary>To be told of a connection's attempts before the first is made.</summary>
    public void Watch(ConfigurationOptions configuration) => configuration.ConnectionAttemptCompleted += (_, attempt) =>
    {
        if (attempt is { ConnectionType: ConnectionType.Subscription, IsSuccess: true, EndPoint: { } endPoint })
        {
            _open[endPoint] = true;
            Interlocked.Exchange(ref _changed, New()).TrySetResult();
        }
    };

    /// <summary>Completes when every master that is connected can be subscribed on.</summary>
    /// <exception cref="RedisConnectionException">One could not within the time.</exception>
    public async Task WaitAsync(ConnectionMultiplexer multiplexer, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        // Asking is what makes the library open them.
        multiplexer.GetSubscriber().IsConnected();
        while (true)
        {
            var changed = _changed.Task;
            if (multiplexer.GetServers().All(server => !server.IsConnected || server.IsReplica || _open.ContainsKey(server.EndPoint)))
            {
                return;
            }

            try
            {
                await changed.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new RedisConnectionException(
                    ConnectionFailureType.UnableToConnect, CommandFlags.None, "the connection for subscriptions did not open in time");
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using System.Collections.Concurrent;
using System.Net;
using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Backplane;

/// <summary>How a topic finds its node.</summary>
internal enum RedisTopicRouting
{
    /// <summary>There is one server.</summary>
    SingleServer,

    /// <summary>Every node of the cluster hears it; published to the node that owns the topic's slot, always the same, so that the order holds.</summary>
    ByKey,

    /// <summary>Sharded pub/sub: it lives on the topic's slot only.</summary>
    Sharded,
}

/// <summary>Publish and subscribe on one Redis connection: what the drivers redis and redis-cluster share. Thread-safe.</summary>
internal sealed class RedisPubSubConnection : IBrokerConnection
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(500);

    private readonly RedisConnection _connection;
    private readonly ISubscriber _subscriber;
    private readonly RedisTopicRouting _routing;
    private readonly string _driver;
    private readonly int _maxPending;
    private readonly BackplaneMetrics _metrics;
    private readonly ConcurrentDictionary<string, (RedisChannel Channel, EndPoint? Server)> _subscribed = new(StringComparer.Ordinal);
    private readonly ITimer _check;

    public RedisPubSubConnection(
        RedisConnection connection, RedisTopicRouting routing, string driver, int maxMessageBytes, int maxPending, BackplaneMetrics metrics, TimeProvider time)
    {
        _connection = connection;
        _subscriber = connection.Multiplexer.GetSubscriber();
        _routing = routing;
        _driver = driver;
        _maxPending = maxPending;
        _metrics = metrics;
        MaxMessageBytes = maxMessageBytes;
        _check = time.CreateTimer(static state => ((RedisPubSubConnection)state!).Check(), this, CheckInterval, CheckInterval);
    }

    /// <inheritdoc/>
    public int MaxMessageBytes { get; }

    /// <inheritdoc/>
    public Task<string> Lost => _connection.Lost;

    /// <inheritdoc/>
    public async Task<PublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> message)
    {
        if (_connection.Lost.IsCompleted)
        {
            return PublishResult.NotConnected;
        }

        try
        {
            // Without the demand a message goes to a replica once the master is dead, and only that replica's own clients hear it.
            await _subscriber.PublishAsync(Channel(topic), message, CommandFlags.DemandMaster).ConfigureAwait(false);
            return PublishResult.Sent;
        }
        catch (RedisTimeoutException)
        {
            // Whatever is sent behind it would come as late as this.
            _connection.Fail("a publish got no answer");
            return PublishResult.TimedOut;
        }
        catch (Exception exception) when (RedisFailure.IsOfTheConnection(exception))
        {
            _connection.Fail($"a publish finds no master: {exception.Message}");
            return PublishResult.NotConnected;
        }
        catch (Exception exception) when (exception is RedisConnectionException or ObjectDisposedException or OperationCanceledException)
        {
            return PublishResult.NotConnected;
        }
    }

    /// <inheritdoc/>
    public async Task SubscribeAsync(string topic, BackplaneHandler handler, CancellationToken cancellationToken)
    {
        var channel = Channel(topic);
        // The queue is what keeps the order: the library calls plain handlers concurrently.
        var queue = await _subscriber.SubscribeAsync(channel, CommandFlags.DemandMaster).WaitAsync(cancellationToken).ConfigureAwait(false);
        queue.OnMessage(message =>
        {
            if (queue.TryGetCount(out var pending) && pending > _maxPending)
            {
                _metrics.Dropped(_driver, 1 + Discard(queue));
                return;
            }

            handler(((ReadOnlyMemory<byte>)message.Message).Span);
        });
        _subscribed[topic] = (channel, _subscriber.SubscribedEndpoint(channel));
    }

    /// <inheritdoc/>
    public Task UnsubscribeAsync(string topic, CancellationToken cancellationToken) =>
        _subscribed.TryRemove(topic, out var subscribed) ? _subscriber.UnsubscribeAsync(subscribed.Channel) : Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _check.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private static int Discard(ChannelMessageQueue queue)
    {
        var discarded = 0;
        while (queue.TryRead(out _))
        {
            discarded++;
        }

        return discarded;
    }

    private RedisChannel Channel(string topic) => _routing switch
    {
        RedisTopicRouting.Sharded => RedisChannel.Sharded(topic),
        RedisTopicRouting.ByKey => RedisChannel.Literal(topic).WithKeyRouting(),
        _ => RedisChannel.Literal(topic),
    };

    // The library may lose a subscription and keep the connection, or take it to another node and still hear the old one.
    private void Check()
    {
        foreach (var (topic, (channel, server)) in _subscribed)
        {
            var serves = _subscriber.IsConnected(channel) ? _subscriber.SubscribedEndpoint(channel) : null;
            if (serves is null || !Equals(serves, server))
            {
                _connection.Fail($"the topic {topic} was subscribed on {server?.ToString() ?? "no server"}, now on {serves?.ToString() ?? "none"}");
                return;
            }
        }
    }
}

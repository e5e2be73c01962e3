using System.Collections.Concurrent;
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
    private static readonly TimeSpan ReadyInterval = TimeSpan.FromMilliseconds(5);

    private readonly RedisConnection _connection;
    private readonly ISubscriber _subscriber;
    private readonly RedisTopicRouting _routing;
    private readonly string _driver;
    private readonly int _maxPending;
    private readonly BackplaneMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, RedisChannel> _subscribed = new(StringComparer.Ordinal);
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
        _time = time;
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
        catch (Exception exception) when (exception is RedisConnectionException or ObjectDisposedException or OperationCanceledException)
        {
            return PublishResult.NotConnected;
        }
    }

    /// <inheritdoc/>
    public async Task SubscribeAsync(string topic, BackplaneHandler handler, CancellationToken cancellationToken)
    {
        var channel = Channel(topic);
        var queue = await SubscribeWhenReadyAsync(topic, channel, cancellationToken).ConfigureAwait(false);
        queue.OnMessage(message =>
        {
            if (queue.TryGetCount(out var pending) && pending > _maxPending)
            {
                _metrics.Dropped(_driver, 1 + Discard(queue));
                return;
            }

            handler(((ReadOnlyMemory<byte>)message.Message).Span);
        });
        _subscribed[topic] = channel;
    }

    /// <inheritdoc/>
    public Task UnsubscribeAsync(string topic, CancellationToken cancellationToken) =>
        _subscribed.TryRemove(topic, out var channel) ? _subscriber.UnsubscribeAsync(channel) : Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _check.DisposeAsync().ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    // The library says that it is connected when its commanding connections are; the subscribing ones come a moment later.
    private async Task<ChannelMessageQueue> SubscribeWhenReadyAsync(string topic, RedisChannel channel, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // The queue is what keeps the order: the library calls plain handlers concurrently.
                return await _subscriber.SubscribeAsync(channel, CommandFlags.DemandMaster).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (RedisConnectionException) when (!_connection.Lost.IsCompleted)
            {
                // Otherwise the failed try would stay registered, with a queue that nobody reads.
                await _subscriber.UnsubscribeAsync(channel, flags: CommandFlags.FireAndForget).ConfigureAwait(false);
                if (_routing is not RedisTopicRouting.SingleServer && !OwnerOf(topic).IsConnected)
                {
                    // Its successor is learned by connecting anew, not by waiting.
                    throw;
                }
            }

            await Task.Delay(ReadyInterval, _time, cancellationToken).ConfigureAwait(false);
        }
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

    private IServer OwnerOf(string topic) => _connection.Multiplexer.GetServer((RedisKey)topic, flags: CommandFlags.DemandMaster);

    private RedisChannel Channel(string topic) => _routing switch
    {
        RedisTopicRouting.Sharded => RedisChannel.Sharded(topic),
        RedisTopicRouting.ByKey => RedisChannel.Literal(topic).WithKeyRouting(),
        _ => RedisChannel.Literal(topic),
    };

    // The library may lose a subscription and keep the connection: when a slot moves away, the server ends it with a word that says no more.
    private void Check()
    {
        foreach (var (topic, channel) in _subscribed)
        {
            if (!_subscriber.IsConnected(channel))
            {
                _connection.Fail($"nobody serves the topic {topic} any more");
                return;
            }
        }
    }
}

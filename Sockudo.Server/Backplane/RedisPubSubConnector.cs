using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane;

/// <summary>Opens connections to a Redis of one kind; a driver says which and how its topics are routed. Thread-safe.</summary>
internal abstract class RedisPubSubConnector : IBrokerConnector
{
    private readonly RedisConnectionFactory _factory;
    private readonly RedisTopicRouting _routing;
    private readonly int _maxPendingMessages;
    private readonly BackplaneMetrics _metrics;
    private readonly TimeProvider _time;

    /// <exception cref="BrokerConfigurationException">No Redis can be reached with these options.</exception>
    protected RedisPubSubConnector(
        string driver, Func<RedisTarget> resolve, RedisTopicRouting routing, int maxMessageBytes, int maxPendingMessages, BackplaneMetrics metrics, TimeProvider time)
    {
        Driver = driver;
        MaxMessageBytes = maxMessageBytes;
        _routing = routing;
        _maxPendingMessages = maxPendingMessages;
        _metrics = metrics;
        _time = time;
        try
        {
            _factory = new RedisConnectionFactory(resolve(), time);
        }
        catch (RedisConfigurationException exception)
        {
            throw new BrokerConfigurationException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public string Driver { get; }

    /// <inheritdoc/>
    public string Address => _factory.Target.ToString();

    /// <inheritdoc/>
    public int MaxMessageBytes { get; }

    /// <inheritdoc/>
    public string MaxMessageSetting => "proto-max-bulk-len of redis-server";

    /// <inheritdoc/>
    public TimeSpan ConnectTimeout => _factory.Target.ConnectTimeout;

    /// <inheritdoc/>
    public async Task<IBrokerConnection> ConnectAsync(CancellationToken cancellationToken) => new RedisPubSubConnection(
        await _factory.ConnectAsync(cancellationToken).ConfigureAwait(false), _routing, Driver, MaxMessageBytes, _maxPendingMessages, _metrics, _time);
}

using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.Redis;

/// <summary>Opens connections to one Redis server, or to the master that sentinels name. Thread-safe.</summary>
internal sealed class RedisConnector : IBrokerConnector
{
    private readonly RedisBackplaneOptions _options;
    private readonly RedisConnectionFactory _factory;
    private readonly BackplaneMetrics _metrics;
    private readonly TimeProvider _time;

    /// <exception cref="BrokerConfigurationException">No Redis can be reached with these options.</exception>
    public RedisConnector(RedisBackplaneOptions options, RedisConnectionOptions connection, BackplaneMetrics metrics, TimeProvider time)
    {
        _options = options;
        _metrics = metrics;
        _time = time;
        try
        {
            _factory = new RedisConnectionFactory(RedisTargetResolver.Server(connection, options.Url), time);
        }
        catch (RedisConfigurationException exception)
        {
            throw new BrokerConfigurationException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public string Driver => "redis";

    /// <inheritdoc/>
    public string Address => _factory.Target.ToString();

    /// <inheritdoc/>
    public int MaxMessageBytes => _options.MaxMessageBytes;

    /// <inheritdoc/>
    public TimeSpan ConnectTimeout => _factory.Target.ConnectTimeout;

    /// <inheritdoc/>
    public async Task<IBrokerConnection> ConnectAsync(CancellationToken cancellationToken) => new RedisPubSubConnection(
        await _factory.ConnectAsync(cancellationToken).ConfigureAwait(false),
        RedisTopicRouting.SingleServer,
        Driver,
        _options.MaxMessageBytes,
        _options.MaxPendingMessages,
        _metrics,
        _time);
}

using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.RedisCluster;

/// <summary>Opens connections to a Redis Cluster. Thread-safe.</summary>
internal sealed class RedisClusterConnector : IBrokerConnector
{
    private readonly RedisClusterBackplaneOptions _options;
    private readonly RedisConnectionFactory _factory;
    private readonly BackplaneMetrics _metrics;
    private readonly TimeProvider _time;

    /// <exception cref="BrokerConfigurationException">No Redis can be reached with these options.</exception>
    public RedisClusterConnector(RedisClusterBackplaneOptions options, RedisConnectionOptions connection, BackplaneMetrics metrics, TimeProvider time)
    {
        _options = options;
        _metrics = metrics;
        _time = time;
        try
        {
            _factory = new RedisConnectionFactory(RedisTargetResolver.Cluster(connection, options.Nodes), time);
        }
        catch (RedisConfigurationException exception)
        {
            throw new BrokerConfigurationException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public string Driver => "redis-cluster";

    /// <inheritdoc/>
    public string Address => _factory.Target.ToString();

    /// <inheritdoc/>
    public int MaxMessageBytes => _options.MaxMessageBytes;

    /// <inheritdoc/>
    public TimeSpan ConnectTimeout => _factory.Target.ConnectTimeout;

    /// <inheritdoc/>
    public async Task<IBrokerConnection> ConnectAsync(CancellationToken cancellationToken) => new RedisPubSubConnection(
        await _factory.ConnectAsync(cancellationToken).ConfigureAwait(false),
        _options.UseShardedPubSub ? RedisTopicRouting.Sharded : RedisTopicRouting.ByKey,
        Driver,
        _options.MaxMessageBytes,
        _options.MaxPendingMessages,
        _metrics,
        _time);
}

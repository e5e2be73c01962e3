using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.Redis;

/// <summary>Opens connections to one Redis server, or to the master that sentinels name. Thread-safe.</summary>
/// <exception cref="BrokerConfigurationException">No Redis can be reached with these options.</exception>
internal sealed class RedisConnector(RedisBackplaneOptions options, RedisConnectionOptions connection, BackplaneMetrics metrics, TimeProvider time)
    : RedisPubSubConnector(
        "redis", () => RedisTargetResolver.Server(connection, options.Url), RedisTopicRouting.SingleServer,
        options.MaxMessageBytes, options.MaxPendingMessages, metrics, time);

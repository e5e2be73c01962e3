using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.RedisCluster;

/// <summary>Opens connections to a Redis Cluster. Thread-safe.</summary>
/// <exception cref="BrokerConfigurationException">No Redis can be reached with these options.</exception>
internal sealed class RedisClusterConnector(RedisClusterBackplaneOptions options, RedisConnectionOptions connection, BackplaneMetrics metrics, TimeProvider time)
    : RedisPubSubConnector(
        "redis-cluster", () => RedisTargetResolver.Cluster(connection, options.Nodes), options.UseShardedPubSub ? RedisTopicRouting.Sharded : RedisTopicRouting.ByKey,
        options.MaxMessageBytes, options.MaxPendingMessages, metrics, time);

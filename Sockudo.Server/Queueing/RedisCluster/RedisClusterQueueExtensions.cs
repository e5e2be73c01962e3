using Sockudo.Server.Queueing.Redis;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Queueing.RedisCluster;

/// <summary>The registration of the driver redis-cluster: the queue of the driver redis, whose partitions lie on different nodes here.</summary>
internal static class RedisClusterQueueExtensions
{
    /// <summary>Keeps jobs in a Redis Cluster.</summary>
    /// <param name="services">What is added to.</param>
    /// <param name="options">The queue's own.</param>
    /// <param name="connection">Where Redis is.</param>
    /// <exception cref="QueueConfigurationException">At the start, when no cluster can be reached with these options.</exception>
    public static IServiceCollection AddRedisClusterQueue(this IServiceCollection services, RedisClusterQueueOptions options, RedisConnectionOptions connection) =>
        services.AddRedisJobQueue("queue.redis_cluster", options.Prefix, options.MaxBytes, () => RedisTargetResolver.Cluster(connection, options.Nodes));
}

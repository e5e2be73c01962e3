using Microsoft.Extensions.Options;
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
        services.AddSingleton<IJobQueue>(provider => new RedisJobQueue(
            Connections(options, connection, provider.GetRequiredService<TimeProvider>()), options.Prefix,
            provider.GetRequiredService<IOptions<QueueOptions>>().Value, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisJobQueue>>()));

    private static RedisConnectionFactory Connections(RedisClusterQueueOptions options, RedisConnectionOptions connection, TimeProvider time)
    {
        try
        {
            return new RedisConnectionFactory(RedisTargetResolver.Cluster(connection, options.Nodes), time);
        }
        catch (RedisConfigurationException e)
        {
            throw new QueueConfigurationException($"queue.redis_cluster: {e.Message}", e);
        }
    }
}

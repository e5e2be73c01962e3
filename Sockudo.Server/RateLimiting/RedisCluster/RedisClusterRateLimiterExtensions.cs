using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.RateLimiting.RedisCluster;

/// <summary>The registration of the driver redis-cluster.</summary>
internal static class RedisClusterRateLimiterExtensions
{
    /// <summary>Has hits counted in a Redis Cluster.</summary>
    /// <param name="services">The services.</param>
    /// <param name="connection">Where the cluster is.</param>
    /// <param name="nodes">Nodes of the limiter's own cluster, in place of those of <paramref name="connection"/>; may be empty.</param>
    /// <param name="prefix">What every key begins with.</param>
    /// <exception cref="RedisConfigurationException">No node is named, or one cannot be read.</exception>
    public static IServiceCollection AddRedisClusterRateLimiter(this IServiceCollection services, RedisConnectionOptions connection, IList<string> nodes, string prefix) =>
        services.AddRedisHitWindows(RedisTargetResolver.Cluster(connection, nodes), prefix);
}

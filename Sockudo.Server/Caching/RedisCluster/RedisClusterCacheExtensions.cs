using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Caching.RedisCluster;

/// <summary>The registration of the driver redis-cluster.</summary>
internal static class RedisClusterCacheExtensions
{
    /// <summary>Makes a Redis Cluster the cache.</summary>
    /// <param name="services">The services.</param>
    /// <param name="connection">Where the cluster is.</param>
    /// <param name="nodes">Nodes of the cache's own cluster, in place of those of <paramref name="connection"/>; may be empty.</param>
    /// <param name="prefix">What every key begins with.</param>
    /// <exception cref="RedisConfigurationException">No node is named, or one cannot be read.</exception>
    public static IServiceCollection AddRedisClusterCache(this IServiceCollection services, RedisConnectionOptions connection, IList<string> nodes, string prefix) =>
        services.AddSharedCache(RedisTargetResolver.Cluster(connection, nodes), prefix);
}

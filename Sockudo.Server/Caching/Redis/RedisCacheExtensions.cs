using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Caching.Redis;

/// <summary>The registration of the driver redis.</summary>
internal static class RedisCacheExtensions
{
    /// <summary>Makes one Redis server, or the master that sentinels name, the cache.</summary>
    /// <param name="services">The services.</param>
    /// <param name="connection">Where Redis is.</param>
    /// <param name="url">The cache's own Redis, in place of <paramref name="connection"/>; null for none.</param>
    /// <param name="prefix">What every key begins with.</param>
    /// <exception cref="RedisConfigurationException">No Redis can be reached with these options.</exception>
    public static IServiceCollection AddRedisCache(this IServiceCollection services, RedisConnectionOptions connection, string? url, string prefix) =>
        services.AddSharedCache(RedisTargetResolver.Server(connection, url), prefix);
}

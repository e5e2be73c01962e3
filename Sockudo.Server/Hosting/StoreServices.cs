using Sockudo.Server.Caching;
using Sockudo.Server.Caching.Redis;
using Sockudo.Server.Caching.RedisCluster;
using Sockudo.Server.Configuration;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.RateLimiting.Redis;
using Sockudo.Server.RateLimiting.RedisCluster;

namespace Sockudo.Server.Hosting;

/// <summary>Resolves the drivers of the cache and of the rate limiter by their names.</summary>
internal static class StoreServices
{
    /// <summary>Registers the configured cache.</summary>
    public static void AddCache(this IServiceCollection services, ServerConfiguration configuration)
    {
        var binding = StoreBinding.Cache(configuration);
        switch (binding.Topology)
        {
            case StoreTopology.Server:
                services.AddRedisCache(binding.Connection, binding.Url, binding.Prefix);
                break;
            case StoreTopology.Cluster:
                services.AddRedisClusterCache(binding.Connection, binding.Nodes, binding.Prefix);
                break;
            default:
                services.AddSingleton<ICache>(provider => new LocalCache(
                    (int)Math.Min(configuration.Cache.MaxCapacity, int.MaxValue), provider.GetRequiredService<TimeProvider>(), configuration.Cache.MaxBytes));
                break;
        }
    }

    /// <summary>Registers the configured store of the rate limits; in memory none is needed.</summary>
    public static void AddRateLimits(this IServiceCollection services, ServerConfiguration configuration)
    {
        services.AddSingleton<RateLimitOutages>();
        services.AddSingleton<RateLimiters>();
        var binding = StoreBinding.RateLimiter(configuration);
        switch (binding.Topology)
        {
            case StoreTopology.Server:
                services.AddRedisRateLimiter(binding.Connection, binding.Url, binding.Prefix);
                break;
            case StoreTopology.Cluster:
                services.AddRedisClusterRateLimiter(binding.Connection, binding.Nodes, binding.Prefix);
                break;
        }
    }
}

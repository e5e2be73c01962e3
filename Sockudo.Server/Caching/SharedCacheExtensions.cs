using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Caching;

/// <summary>What the drivers that keep the cache in a Redis share.</summary>
internal static class SharedCacheExtensions
{
    /// <summary>Makes a Redis the cache.</summary>
    public static IServiceCollection AddSharedCache(this IServiceCollection services, RedisTarget target, string prefix)
    {
        services.TryAddSingleton<RedisLinks>();
        services.AddSingleton<CacheMetrics>();
        services.AddSingleton<ICache>(provider => new SharedCache(
            new RedisStore(provider.GetRequiredService<RedisLinks>().For(target, "cache"), prefix),
            (int)Math.Min(provider.GetRequiredService<IOptions<CacheOptions>>().Value.MaxCapacity, int.MaxValue),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<CacheMetrics>(),
            provider.GetRequiredService<ILogger<SharedCache>>(),
            provider.GetRequiredService<IOptions<CacheOptions>>().Value.MaxBytes));
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.RateLimiting;

/// <summary>What the drivers that count in a Redis share.</summary>
internal static class RedisHitWindowsExtensions
{
    /// <summary>Has hits counted in a Redis.</summary>
    public static IServiceCollection AddRedisHitWindows(this IServiceCollection services, RedisTarget target, string prefix)
    {
        services.TryAddSingleton<RedisLinks>();
        services.AddSingleton<IHitWindows>(provider => new RedisHitWindows(provider.GetRequiredService<RedisLinks>().For(target, "rate limits"), prefix));
        return services;
    }
}

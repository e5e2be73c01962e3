using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.Redis;

/// <summary>The registration of the driver redis.</summary>
internal static class RedisBackplaneExtensions
{
    /// <summary>Makes one Redis server, or the master that sentinels name, the backplane.</summary>
    public static IServiceCollection AddRedisBackplane(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisConnectionOptions>, RedisConnectionOptionsValidator>());
        services.AddSingleton<IValidateOptions<RedisBackplaneOptions>, RedisBackplaneOptionsValidator>();
        services.AddOptions<RedisConnectionOptions>().ValidateOnStart();
        services.AddOptions<RedisBackplaneOptions>().ValidateOnStart();
        services.AddBackplane(static provider => new RedisConnector(
            provider.GetRequiredService<IOptions<RedisBackplaneOptions>>().Value,
            provider.GetRequiredService<IOptions<RedisConnectionOptions>>().Value,
            provider.GetRequiredService<BackplaneMetrics>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Backplane.RedisCluster;

/// <summary>The registration of the driver redis-cluster.</summary>
internal static class RedisClusterBackplaneExtensions
{
    /// <summary>Makes a Redis Cluster the backplane.</summary>
    public static IServiceCollection AddRedisClusterBackplane(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisConnectionOptions>, RedisConnectionOptionsValidator>());
        services.AddSingleton<IValidateOptions<RedisClusterBackplaneOptions>, RedisClusterBackplaneOptionsValidator>();
        services.AddOptions<RedisConnectionOptions>().ValidateOnStart();
        services.AddOptions<RedisClusterBackplaneOptions>().ValidateOnStart();
        services.AddBackplane(static provider => new RedisClusterConnector(
            provider.GetRequiredService<IOptions<RedisClusterBackplaneOptions>>().Value,
            provider.GetRequiredService<IOptions<RedisConnectionOptions>>().Value,
            provider.GetRequiredService<BackplaneMetrics>(),
            provider.GetRequiredService<TimeProvider>()));
        return services;
    }
}

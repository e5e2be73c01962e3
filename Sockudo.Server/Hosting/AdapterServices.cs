using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.Backplane.RedisCluster;
using Sockudo.Server.Channels;
using Sockudo.Server.Configuration;

namespace Sockudo.Server.Hosting;

/// <summary>Resolves the adapter's driver by its name.</summary>
internal static class AdapterServices
{
    /// <summary>Registers the configured adapter.</summary>
    public static void AddAdapter(this IServiceCollection services, ServerConfiguration configuration)
    {
        if (configuration.Adapter.Driver == "local")
        {
            services.AddSingleton<IAdapter, LocalAdapter>();
            services.AddLeaveGrace(TimeSpan.FromMilliseconds(configuration.Held.Get("presence.leave_grace_ms", 0L)));
            return;
        }

        var binding = new ClusterBinding(configuration);
        services.AddBroker(configuration.Adapter.Driver, binding);
        services.AddBound(binding.Cluster(configuration.Server.ProcessId ?? $"{Environment.MachineName}-{Environment.ProcessId}"));
        services.AddCluster();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ClusterRuntime>());
    }

    private static void AddLeaveGrace(this IServiceCollection services, TimeSpan length)
    {
        if (length <= TimeSpan.Zero) return;
        services.AddSingleton(provider => new LeaveGrace(length, provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<LeaveGraceTimer>();
    }

    private static void AddBroker(this IServiceCollection services, string driver, ClusterBinding binding)
    {
        switch (driver)
        {
            case "redis":
                services.AddRedisBackplane();
                services.AddBound(binding.Redis());
                services.AddBound(binding.RedisBackplane());
                break;
            case "redis-cluster":
                services.AddRedisClusterBackplane();
                services.AddBound(binding.Redis());
                services.AddBound(binding.RedisCluster());
                break;
            case "nats":
                services.AddNatsBackplane();
                services.AddBound(binding.Nats());
                break;
            default:
                throw new InvalidOperationException($"adapter.driver '{driver}' was let through although there is no such driver");
        }
    }

    private static void AddBound<T>(this IServiceCollection services, T options)
        where T : class =>
        services.AddSingleton<IOptionsFactory<T>>(provider => new BoundOptions<T>(options, provider.GetServices<IValidateOptions<T>>()));
}

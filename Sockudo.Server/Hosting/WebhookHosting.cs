using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Configuration;
using Sockudo.Server.Metrics;
using Sockudo.Server.Queueing.Memory;
using Sockudo.Server.Queueing.Redis;
using Sockudo.Server.Queueing.RedisCluster;
using Sockudo.Server.Queueing.Sqs;
using Sockudo.Server.Webhooks;

namespace Sockudo.Server.Hosting;

/// <summary>Resolves the queue's driver by its name and puts webhooks on it.</summary>
internal static class WebhookHosting
{
    /// <summary>Registers webhooks. With the driver none, events are noted by nobody.</summary>
    public static void AddWebhooks(this IServiceCollection services, ServerConfiguration configuration)
    {
        var driver = configuration.Queue.Driver;
        configuration.Webhooks.Enabled = driver != "none";
        configuration.Webhooks.Concurrency = new QueueBinding(configuration).Concurrency;
        services.AddSingleton<WebhookMetrics>();
        services.AddSingleton<WebhookEvents>();
        services.AddSingleton<WebhookOccupancy>();
        services.AddSingleton(static provider =>
        {
            var occupancy = provider.GetRequiredService<WebhookOccupancy>();
            var outside = new OncePerCluster(occupancy, occupancy.Wants, provider.GetRequiredService<TimeProvider>());
            OutsideInstruments.AddTo(provider.GetRequiredService<ServerMetrics>(), outside);
            return outside;
        });
        if (!configuration.Webhooks.Enabled) return;
        services.AddQueue(driver, new QueueBinding(configuration));
        services.AddWebhooks();

        // Stopped before webhooks: what it tells at the end they still send.
        services.AddHostedService<OutsideTimer>();
    }

    private static void AddQueue(this IServiceCollection services, string driver, QueueBinding binding)
    {
        switch (driver)
        {
            case "memory":
                services.AddMemoryQueue();
                break;
            case "redis":
                services.AddRedisQueue(binding.Redis(), binding.RedisConnection);
                break;
            case "redis-cluster":
                services.AddRedisClusterQueue(binding.RedisCluster(), binding.RedisConnection);
                break;
            case "sqs":
                services.AddSqsQueue(binding.Sqs());
                break;
            default:
                throw new InvalidOperationException($"queue.driver '{driver}' was let through although there is no such driver");
        }
    }
}

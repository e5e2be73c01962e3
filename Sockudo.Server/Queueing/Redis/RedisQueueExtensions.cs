using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>The registration of the driver redis.</summary>
internal static class RedisQueueExtensions
{
    /// <summary>Keeps jobs in one Redis server, or in the master that sentinels name.</summary>
    /// <param name="services">What is added to.</param>
    /// <param name="options">The queue's own.</param>
    /// <param name="connection">Where Redis is.</param>
    /// <exception cref="QueueConfigurationException">At the start, when no Redis can be reached with these options.</exception>
    public static IServiceCollection AddRedisQueue(this IServiceCollection services, RedisQueueOptions options, RedisConnectionOptions connection) =>
        services.AddRedisJobQueue("queue.redis", options.Prefix, options.MaxBytes, () => RedisTargetResolver.Server(connection, options.Url));

    /// <summary>Keeps jobs in a Redis of any kind.</summary>
    /// <param name="services">What is added to.</param>
    /// <param name="section">Where its configuration stands.</param>
    /// <param name="prefix">What every key begins with.</param>
    /// <param name="maxBytes">Most bytes of jobs in Redis.</param>
    /// <param name="resolve">Says where Redis is.</param>
    /// <exception cref="QueueConfigurationException">At the start, when it cannot.</exception>
    public static IServiceCollection AddRedisJobQueue(this IServiceCollection services, string section, string prefix, long maxBytes, Func<RedisTarget> resolve)
    {
        services.TryAddSingleton<RedisLinks>();
        return services.AddSingleton<IJobQueue>(provider => new RedisJobQueue(
            Link(provider.GetRequiredService<RedisLinks>(), section, resolve), prefix,
            provider.GetRequiredService<IOptions<QueueOptions>>().Value, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisJobQueue>>(), maxBytes));
    }

    private static RedisLink Link(RedisLinks links, string section, Func<RedisTarget> resolve)
    {
        try
        {
            return links.For(resolve(), "webhook queue");
        }
        catch (RedisConfigurationException e)
        {
            throw new QueueConfigurationException($"{section}: {e.Message}", e);
        }
    }
}

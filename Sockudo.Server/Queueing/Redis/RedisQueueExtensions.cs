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
        services.AddSingleton<IJobQueue>(provider => new RedisJobQueue(
            Connections(options, connection, provider.GetRequiredService<TimeProvider>()), options.Prefix,
            provider.GetRequiredService<IOptions<QueueOptions>>().Value, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RedisJobQueue>>()));

    private static RedisConnectionFactory Connections(RedisQueueOptions options, RedisConnectionOptions connection, TimeProvider time)
    {
        try
        {
            return new RedisConnectionFactory(RedisTargetResolver.Server(connection, options.Url), time);
        }
        catch (RedisConfigurationException e)
        {
            throw new QueueConfigurationException($"queue.redis: {e.Message}", e);
        }
    }
}


namespace Sockudo.Server.Configuration;

/// <summary>The options of the queue's driver, from the values of its keys.</summary>
internal sealed class QueueBinding(ServerConfiguration configuration)
{
    private readonly HeldValues _values = configuration.Held;

    /// <summary>Requests under way to one URL: the driver's <c>concurrency</c>.</summary>
    public long Concurrency => configuration.Queue.Driver switch
    {
        "redis" => _values.Get("queue.redis.concurrency", configuration.Webhooks.Concurrency),
        "redis-cluster" => _values.Get("queue.redis_cluster.concurrency", configuration.Webhooks.Concurrency),
        "sqs" => _values.Get("queue.sqs.concurrency", configuration.Webhooks.Concurrency),
        _ => configuration.Webhooks.Concurrency,
    };
}

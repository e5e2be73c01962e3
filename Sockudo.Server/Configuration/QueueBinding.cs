
using Sockudo.Server.Queueing.Redis;
using Sockudo.Server.Queueing.RedisCluster;
using Sockudo.Server.Queueing.Sqs;
using Sockudo.Server.RedisConnections;

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

    /// <summary>Where Redis is.</summary>
    public RedisConnectionOptions RedisConnection => new ClusterBinding(configuration).Redis();

    /// <summary>The driver redis.</summary>
    public RedisQueueOptions Redis() => new()
    {
        Url = (string?)_values.Find("queue.redis.url_override"),
        Prefix = Prefix("queue.redis.prefix"),
        MaxBytes = _values.Get("queue.redis.max_bytes", RedisQueueOptions.DefaultMaxBytes),
    };

    /// <summary>The driver redis-cluster.</summary>
    public RedisClusterQueueOptions RedisCluster()
    {
        var options = new RedisClusterQueueOptions
        {
            Prefix = Prefix("queue.redis_cluster.prefix"),
            MaxBytes = _values.Get("queue.redis_cluster.max_bytes", RedisQueueOptions.DefaultMaxBytes),
        };
        foreach (var node in _values.Get<IReadOnlyList<string>>("queue.redis_cluster.nodes", [])) options.Nodes.Add(node);
        return options;
    }

    /// <summary>The driver sqs.</summary>
    public SqsQueueOptions Sqs()
    {
        var defaults = new SqsQueueOptions();
        return new SqsQueueOptions
        {
            Region = _values.Get("queue.sqs.region", defaults.Region),
            EndpointUrl = (string?)_values.Find("queue.sqs.endpoint_url"),
            QueueUrlPrefix = (string?)_values.Find("queue.sqs.queue_url_prefix"),
            VisibilityTimeoutSeconds = Math.Max(1, _values.Get("queue.sqs.visibility_timeout", defaults.VisibilityTimeoutSeconds)),
            MaxMessages = _values.Get("queue.sqs.max_messages", defaults.MaxMessages),
            WaitTimeSeconds = _values.Get("queue.sqs.wait_time_seconds", defaults.WaitTimeSeconds),
            Fifo = _values.Get("queue.sqs.fifo", defaults.Fifo),
            MessageGroupId = _values.Get<string?>("queue.sqs.message_group_id", null) ?? defaults.MessageGroupId,
        };
    }

    /// <summary>What is wrong with the driver's options; null when nothing is.</summary>
    public string? Defect() => configuration.Queue.Driver switch
    {
        "redis" => RedisConnectionFactory.Defect(() => RedisTargetResolver.Server(RedisConnection, Redis().Url)),
        "redis-cluster" => RedisConnectionFactory.Defect(() => RedisTargetResolver.Cluster(RedisConnection, RedisCluster().Nodes)),
        _ => null,
    };

    // A prefix that was set to null is the database's.
    private string Prefix(string path) => _values.Get<string?>(path, new RedisQueueOptions().Prefix) ?? RedisConnection.KeyPrefix;
}

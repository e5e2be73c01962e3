using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Sections <c>cache</c>, <c>queue</c> and <c>webhooks</c>.</summary>
internal static class StorageKeys
{
    /// <summary>The cache.</summary>
    public static readonly KeySection Cache = new("Cache", "Keeps the last event of cache channels and idempotency keys; what each driver keeps: [caching-and-limits.md](caching-and-limits.md).", [
        Key.Of("cache.driver", new ChoiceFormat(["memory", "redis", "redis-cluster", "none"]), c => c.Cache.Driver, (c, v) => c.Cache.Driver = v,
            "Where it is kept: on each node, or in a Redis all nodes share; `none` is memory too.", "CACHE_DRIVER"),
        Key.Integer("cache.memory.ttl", 0, Key.MaxCount, c => c.Cache.Ttl, (c, v) => c.Cache.Ttl = v, "Time to live of an entry that names none.", "CACHE_TTL_SECONDS", "seconds"),
        Key.Integer("cache.memory.cleanup_interval", 1, Key.MaxCount, c => c.Cache.CleanupInterval, (c, v) => c.Cache.CleanupInterval = v,
            "Time between removals of expired entries.", "CACHE_CLEANUP_INTERVAL", "seconds"),
        Key.Integer("cache.memory.max_capacity", 1, Key.MaxCount, c => c.Cache.MaxCapacity, (c, v) => c.Cache.MaxCapacity = v, "Most entries in a node's memory, and most writes that wait for Redis.", "CACHE_MAX_CAPACITY"),
        Held.OptionalText("cache.redis.prefix", "sockudo_cache:", "What every key begins with; a colon follows."),
        Held.Of("cache.redis.url_override", UrlFormat.Redis, null, "The cache's Redis, in place of `database.redis`.", "REDIS_URL", secrecy: Secrecy.Url),
        Held.Boolean("cache.redis.cluster_mode", false, "With the driver `redis`: the Redis is a cluster, `url_override` one of its nodes."),
    ]);

    /// <summary>The queue of webhook deliveries.</summary>
    public static readonly KeySection Queue = new("Queue", "Carries webhook deliveries. The original's default is `redis`; ours needs no server.", [
        Held.Of("queue.driver", new ChoiceFormat(["memory", "redis", "redis-cluster", "sqs", "sns", "none"], ["memory", "none"]), "memory", "`none` switches webhooks off.", "QUEUE_DRIVER"),
        Held.Integer("queue.redis.concurrency", 5, "Workers.", "QUEUE_REDIS_CONCURRENCY"),
        Held.OptionalText("queue.redis.prefix", "sockudo_queue:", "Prefix of keys.", "QUEUE_REDIS_PREFIX"),
        Held.Of("queue.redis.url_override", UrlFormat.Redis, null, "The queue's Redis.", "REDIS_URL", secrecy: Secrecy.Url),
        Held.Boolean("queue.redis.cluster_mode", false, "Accepted; the driver `redis-cluster` is what chooses a cluster."),
        Held.Integer("queue.redis_cluster.concurrency", 5, "Workers.", "REDIS_CLUSTER_QUEUE_CONCURRENCY"),
        Held.OptionalText("queue.redis_cluster.prefix", "sockudo_queue:", "Prefix of keys.", "REDIS_CLUSTER_QUEUE_PREFIX"),
        Held.Of("queue.redis_cluster.nodes", EndpointList.RedisSeeds, ["redis://127.0.0.1:6379"], "Seeds of the cluster.", "REDIS_CLUSTER_NODES DATABASE_REDIS_CLUSTER_NODES", secrecy: Secrecy.Url),
        Held.Integer("queue.redis_cluster.request_timeout_ms", 5000, "Deadline of a request.", unit: "ms"),
        Held.Text("queue.sqs.region", "us-east-1", "AWS region.", "QUEUE_SQS_REGION"),
        Held.OptionalText("queue.sqs.queue_url_prefix", null, "What the queue's URL starts with."),
        Held.Integer("queue.sqs.visibility_timeout", 30, "How long a job is hidden while it is worked on.", "QUEUE_SQS_VISIBILITY_TIMEOUT", "seconds"),
        Held.Of("queue.sqs.endpoint_url", UrlFormat.Http, null, "Another endpoint than AWS.", "QUEUE_SQS_ENDPOINT_URL"),
        Held.Integer("queue.sqs.max_messages", 10, "Jobs of one receive.", "QUEUE_SQS_MAX_MESSAGES", minimum: 1, maximum: 10),
        Held.Integer("queue.sqs.wait_time_seconds", 5, "Long polling.", "QUEUE_SQS_WAIT_TIME_SECONDS", "seconds", maximum: 20),
        Held.Integer("queue.sqs.concurrency", 5, "Workers.", "QUEUE_SQS_CONCURRENCY"),
        Held.Boolean("queue.sqs.fifo", false, "A FIFO queue.", "QUEUE_SQS_FIFO"),
        Held.OptionalText("queue.sqs.message_group_id", "default", "Message group of a FIFO queue."),
        Held.Text("queue.sns.region", "us-east-1", "AWS region.", "QUEUE_SNS_REGION"),
        Held.Text("queue.sns.topic_arn", "", "The topic.", "QUEUE_SNS_TOPIC_ARN"),
        Held.Of("queue.sns.endpoint_url", UrlFormat.Http, null, "Another endpoint than AWS.", "QUEUE_SNS_ENDPOINT_URL"),
    ]);

    /// <summary>Batching of webhooks.</summary>
    public static readonly KeySection Webhooks = new("Webhooks", "Webhooks of apps are validated and kept; a later release delivers them.", [
        Held.Boolean("webhooks.batching.enabled", true, "Join events of an app into one request.", "WEBHOOK_BATCHING_ENABLED"),
        Held.Integer("webhooks.batching.duration", 50, "How long events are collected.", "WEBHOOK_BATCHING_DURATION", "ms"),
        Held.Integer("webhooks.batching.size", 100, "Most events of one request.", "WEBHOOK_BATCHING_SIZE", minimum: 1),
    ]);
}

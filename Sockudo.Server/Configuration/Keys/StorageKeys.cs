using Sockudo.Server.Configuration.Values;
using Sockudo.Server.Queueing.Redis;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Sections <c>cache</c>, <c>queue</c> and <c>webhooks</c>.</summary>
internal static class StorageKeys
{
    /// <summary>The cache.</summary>
    public static readonly KeySection Cache = new("Cache", "Keeps the last event of cache channels and idempotency keys; what each driver keeps: [caching-and-limits.md](caching-and-limits.md).", [
        Key.Of("cache.driver", new ChoiceFormat(["memory", "redis", "redis-cluster", "none"]), c => c.Cache.Driver, (c, v) => c.Cache.Driver = v,
            "Where it is kept: on each node, or in a Redis all nodes share; `none` is memory too.", "CACHE_DRIVER"),
        Key.Integer("cache.memory.ttl", 0, Key.MaxCount, c => c.Cache.Ttl, (c, v) => c.Cache.Ttl = v, "Time to live of an entry that names none.", "CACHE_TTL_SECONDS", "seconds", Notices.CacheEntries),
        Key.Integer("cache.memory.cleanup_interval", 1, Key.MaxCount, c => c.Cache.CleanupInterval, (c, v) => c.Cache.CleanupInterval = v,
            "Time between removals of expired entries.", "CACHE_CLEANUP_INTERVAL", "seconds", Notices.CacheEntries),
        Key.Integer("cache.memory.max_capacity", 1, Key.MaxCount, c => c.Cache.MaxCapacity, (c, v) => c.Cache.MaxCapacity = v, "Most entries in a node's memory, and most writes that wait for Redis.", "CACHE_MAX_CAPACITY"),
        Key.Integer("cache.memory.max_bytes", 1 << 20, Key.MaxBytes, c => c.Cache.MaxBytes, (c, v) => c.Cache.MaxBytes = v,
            "Most memory of last events; with Redis as much again for what this node wrote there. When it is full an app with more than its part loses its oldest entries. (An extension.)", unit: "bytes"),
        Held.OptionalText("cache.redis.prefix", "sockudo_cache:", "What every key begins with; a colon follows."),
        Held.Of("cache.redis.url_override", UrlFormat.Redis, null, "The cache's Redis, in place of `database.redis`.", "REDIS_URL", secrecy: Secrecy.Url),
        Held.Boolean("cache.redis.cluster_mode", false, "With the driver `redis`: the Redis is a cluster, `url_override` one of its nodes."),
    ]);

    /// <summary>The queue of webhook deliveries.</summary>
    public static readonly KeySection Queue = new("Queue", "Carries webhook deliveries. The original's default is `redis`; ours needs no server.", [
        Key.Of("queue.driver", new ChoiceFormat(["memory", "redis", "redis-cluster", "sqs", "sns", "none"], ["memory", "redis", "redis-cluster", "sqs", "none"], false, ("redis_cluster", "redis-cluster")), c => c.Queue.Driver, (c, v) => c.Queue.Driver = v,
            "`memory` is lost with the process; `none` switches webhooks off.", "QUEUE_DRIVER"),
        Key.Integer("queue.max_jobs", 1, Key.MaxCount, c => c.Queue.MaxJobs, (c, v) => c.Queue.MaxJobs = v,
            "Most requests that wait, of which one URL gets a quarter: in the process (`memory`), or in each of the 8 partitions (Redis). Others become dead letters. (An extension.)"),
        Key.Integer("queue.max_dead_letters", 1, Key.MaxCount, c => c.Queue.MaxDeadLetters, (c, v) => c.Queue.MaxDeadLetters = v,
            "Dead letters kept for each app (Redis: in each of the 8 partitions); the oldest make room. (An extension.)"),
        Held.Integer("queue.redis.concurrency", 5, "Requests under way to one URL of one app, from each node; 8 at most.", "QUEUE_REDIS_CONCURRENCY"),
        Held.OptionalText("queue.redis.prefix", "sockudo_queue:", "Prefix of keys.", "QUEUE_REDIS_PREFIX"),
        Held.Integer("queue.redis.max_bytes", RedisQueueOptions.DefaultMaxBytes,
            "Most bytes of requests in Redis, of the whole installation: an eighth in each partition, a quarter of which one URL gets. Others become dead letters, of which an app keeps 32 MiB. (An extension.)",
            unit: "bytes", minimum: RedisQueueOptions.LeastMaxBytes),
        Held.Of("queue.redis.url_override", UrlFormat.Redis, null, "The queue's Redis.", "REDIS_URL", secrecy: Secrecy.Url),
        Held.Boolean("queue.redis.cluster_mode", false, "Accepted; the driver `redis-cluster` is what chooses a cluster."),
        Held.Integer("queue.redis_cluster.concurrency", 5, "As for Redis.", "REDIS_CLUSTER_QUEUE_CONCURRENCY"),
        Held.OptionalText("queue.redis_cluster.prefix", "sockudo_queue:", "Prefix of keys.", "REDIS_CLUSTER_QUEUE_PREFIX"),
        Held.Integer("queue.redis_cluster.max_bytes", RedisQueueOptions.DefaultMaxBytes, "As for Redis. (An extension.)", unit: "bytes", minimum: RedisQueueOptions.LeastMaxBytes),
        Held.Of("queue.redis_cluster.nodes", EndpointList.RedisSeeds, [], "Seeds of the cluster, else those of `database.redis.cluster`.", "REDIS_CLUSTER_NODES DATABASE_REDIS_CLUSTER_NODES", secrecy: Secrecy.Url),
        Held.Integer("queue.redis_cluster.request_timeout_ms", 5000, "Deadline of a request.", unit: "ms"),
        Held.Text("queue.sqs.region", "us-east-1", "AWS region.", "QUEUE_SQS_REGION"),
        Held.OptionalText("queue.sqs.queue_url_prefix", null, "What the queue's URL starts with."),
        Held.Integer("queue.sqs.visibility_timeout", 30, "How long a job is hidden while it is worked on.", "QUEUE_SQS_VISIBILITY_TIMEOUT", "seconds"),
        Held.Of("queue.sqs.endpoint_url", UrlFormat.Http, null, "Another endpoint than AWS.", "QUEUE_SQS_ENDPOINT_URL", secrecy: Secrecy.Url),
        Held.Integer("queue.sqs.max_messages", 10, "Jobs of one receive.", "QUEUE_SQS_MAX_MESSAGES", minimum: 1, maximum: 10),
        Held.Integer("queue.sqs.wait_time_seconds", 5, "Long polling.", "QUEUE_SQS_WAIT_TIME_SECONDS", "seconds", maximum: 20),
        Held.Integer("queue.sqs.concurrency", 5, "As for Redis.", "QUEUE_SQS_CONCURRENCY"),
        Held.Boolean("queue.sqs.fifo", false, "A FIFO queue.", "QUEUE_SQS_FIFO"),
        Held.OptionalText("queue.sqs.message_group_id", "default", "What the message groups of a FIFO queue begin with: there is one for each URL and partition."),
        Held.Text("queue.sns.region", "us-east-1", "AWS region.", "QUEUE_SNS_REGION"),
        Held.Text("queue.sns.topic_arn", "", "The topic.", "QUEUE_SNS_TOPIC_ARN"),
        Held.Of("queue.sns.endpoint_url", UrlFormat.Http, null, "Another endpoint than AWS.", "QUEUE_SNS_ENDPOINT_URL", secrecy: Secrecy.Url),
    ]);

    /// <summary>Batching, sending and retrying of webhooks.</summary>
    public static readonly KeySection Webhooks = new("Webhooks", "Which events go where stands with each app; this is how. Explained in [webhooks.md](webhooks.md).", [
        Key.Boolean("webhooks.batching.enabled", c => c.Webhooks.BatchingEnabled, (c, v) => c.Webhooks.BatchingEnabled = v, "Join events of an app for one URL into one request.", "WEBHOOK_BATCHING_ENABLED"),
        Key.Integer("webhooks.batching.duration", 0, 60_000, c => c.Webhooks.BatchingDurationMs, (c, v) => c.Webhooks.BatchingDurationMs = v, "How long events are collected.", "WEBHOOK_BATCHING_DURATION", "ms"),
        Key.Integer("webhooks.batching.size", 1, 10_000, c => c.Webhooks.BatchingSize, (c, v) => c.Webhooks.BatchingSize = v, "Most events of one request.", "WEBHOOK_BATCHING_SIZE"),
        Key.Integer("webhooks.request_timeout_ms", 1, 600_000, c => c.Webhooks.RequestTimeoutMs, (c, v) => c.Webhooks.RequestTimeoutMs = v, "Longest time of one request. (An extension.)", "WEBHOOK_REQUEST_TIMEOUT_MS", "ms"),
        Key.Integer("webhooks.retry.first_delay_ms", 1, Key.MaxCount, c => c.Webhooks.RetryFirstDelayMs, (c, v) => c.Webhooks.RetryFirstDelayMs = v, "Wait after a failed request; doubles with each further one. (An extension.)", unit: "ms"),
        Key.Integer("webhooks.retry.max_delay_ms", 1, Key.MaxCount, c => c.Webhooks.RetryMaxDelayMs, (c, v) => c.Webhooks.RetryMaxDelayMs = v, "Longest such wait. (An extension.)", unit: "ms"),
        Key.Integer("webhooks.retry.give_up_after_ms", 0, Key.MaxCount, c => c.Webhooks.RetryGiveUpAfterMs, (c, v) => c.Webhooks.RetryGiveUpAfterMs = v, "Age from which a request that fails becomes a dead letter. (An extension.)", unit: "ms"),
        Key.Boolean("webhooks.block_private_networks", c => c.Webhooks.BlockPrivateNetworks, (c, v) => c.Webhooks.BlockPrivateNetworks = v,
            "Refuse private and loopback addresses; turn it on when people you do not trust choose the URLs. Link-local and cloud metadata addresses are always refused. (An extension.)", "WEBHOOK_BLOCK_PRIVATE_NETWORKS"),
    ]);
}

namespace Sockudo.Server.Queueing.Redis;

/// <summary>The queue on one Redis server or its sentinels (configuration section <c>queue.redis</c>).</summary>
internal sealed class RedisQueueOptions
{
    /// <summary>The Redis of the queue alone, in place of <c>database.redis</c> (<c>url_override</c>, <c>REDIS_URL</c>). Default null.</summary>
    public string? Url { get; set; }

    /// <summary>What every key begins with. Default <c>sockudo_queue:</c>.</summary>
    public string Prefix { get; set; } = "sockudo_queue:";

    /// <summary>
    /// Most bytes of jobs in Redis, of the whole installation: each of the 8 partitions has its part, of which one destination gets a quarter.
    /// What finds no room is a dead letter. Default 268435456.
    /// </summary>
    public long MaxBytes { get; set; } = DefaultMaxBytes;

    /// <summary>The default of <see cref="MaxBytes"/>.</summary>
    public const long DefaultMaxBytes = 256L << 20;

    /// <summary>The least <see cref="MaxBytes"/> may be: a destination's share of a partition takes the largest request.</summary>
    public const long LeastMaxBytes = 8L << 20;
}

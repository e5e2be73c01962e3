namespace Sockudo.Server.Queueing.Redis;

/// <summary>The queue on one Redis server or its sentinels (configuration section <c>queue.redis</c>).</summary>
internal sealed class RedisQueueOptions
{
    /// <summary>The Redis of the queue alone, in place of <c>database.redis</c> (<c>url_override</c>, <c>REDIS_URL</c>). Default null.</summary>
    public string? Url { get; set; }

    /// <summary>What every key begins with. Default <c>sockudo_queue:</c>.</summary>
    public string Prefix { get; set; } = "sockudo_queue:";
}

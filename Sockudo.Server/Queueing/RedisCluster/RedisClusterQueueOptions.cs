namespace Sockudo.Server.Queueing.RedisCluster;

/// <summary>The queue on a Redis Cluster (configuration section <c>queue.redis_cluster</c>).</summary>
internal sealed class RedisClusterQueueOptions
{
    /// <summary>Some nodes of the cluster, in the forms of <c>database.redis.cluster.nodes</c>, which they replace. Default none.</summary>
    public IList<string> Nodes { get; } = [];

    /// <summary>What every key begins with. Default <c>sockudo_queue:</c>.</summary>
    public string Prefix { get; set; } = "sockudo_queue:";

    /// <summary>See <see cref="Redis.RedisQueueOptions.MaxBytes"/>.</summary>
    public long MaxBytes { get; set; } = Redis.RedisQueueOptions.DefaultMaxBytes;
}

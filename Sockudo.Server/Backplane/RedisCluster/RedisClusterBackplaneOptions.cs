namespace Sockudo.Server.Backplane.RedisCluster;

/// <summary>The backplane over a Redis Cluster (configuration section <c>adapter.cluster</c>).</summary>
internal sealed class RedisClusterBackplaneOptions
{
    /// <summary>Some nodes of the cluster, in the forms of <c>database.redis.cluster.nodes</c>, which they replace. Default none.</summary>
    public IList<string> Nodes { get; } = [];

    /// <summary>
    /// Whether topics are sharded (SSUBSCRIBE and SPUBLISH, Redis 7 and newer): a topic then lives on one node in place of all. Every
    /// node of this server must be set alike. Default false.
    /// </summary>
    public bool UseShardedPubSub { get; set; }

    /// <summary>
    /// The largest message. Redis cuts off a subscriber that is 32 MB behind at once and one that is 8 MB behind for a minute.
    /// Unit: bytes. Default 8388608; at least 65536, at most 33554432.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 8 << 20;

    /// <summary>
    /// How many received messages of a topic may wait to be taken. When there are more, all that wait are dropped and counted
    /// (backplane_messages_dropped_total), and the cluster asks for them again. Default 16384.
    /// </summary>
    public int MaxPendingMessages { get; set; } = 16_384;
}

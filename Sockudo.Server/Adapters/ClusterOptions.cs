namespace Sockudo.Server.Adapters;

/// <summary>
/// The cluster above the broker: what is the same for redis, redis-cluster and nats (configuration section <c>adapter</c>). When
/// nodes notice each other's death is in <see cref="ClusterHealthOptions"/>.
/// </summary>
internal sealed class ClusterOptions
{
    /// <summary>The driver's name, as health routes show it. Default redis.</summary>
    public string Driver { get; set; } = "redis";

    /// <summary>What every topic begins with; clusters with different prefixes on one broker never hear each other. Default <c>sockudo_adapter:</c>.</summary>
    public string Prefix { get; set; } = "sockudo_adapter:";

    /// <summary>A name for people (<c>instance.process_id</c>). Two live nodes with one label are an error that is logged. Default empty.</summary>
    public string Label { get; set; } = "";

    /// <summary>Deadline of a publish to the broker, and the longest wait before a snapshot or repair request is repeated. Unit: milliseconds. Default 5000.</summary>
    public int RequestTimeoutMs { get; set; } = 5000;

    /// <summary>Authenticates every message on the bus by HMAC-SHA256; all nodes need the same. Default none.</summary>
    public string? Secret { get; set; }

    /// <summary>Whether nodes of a version that signs messages without their topic are admitted, for the time of an upgrade; what they said can be replayed. Default false.</summary>
    public bool AcceptSecretV1 { get; set; }

    /// <summary>How much of its own stream a node keeps to repair gaps, per partition. Full: the oldest goes, a node that still needed it counts a loss. Unit: bytes. Default 64 MiB.</summary>
    public int RingBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long an entry is kept at most, and the receive position of a dead node. Longer than twice the node timeout. Unit: milliseconds. Default 300000.</summary>
    public int RingAgeMs { get; set; } = 300_000;

    /// <summary>A presence user who comes back within this time, on any node, causes no member event (<c>presence.leave_grace_ms</c>). Unit: milliseconds; 0 never. Default 0.</summary>
    public int LeaveGraceMs { get; set; }

    /// <summary>Into how many streams a node cuts what it says (<c>adapter.cluster.partitions</c>). More than one only with sharded pub/sub; the same on all nodes. Default 1.</summary>
    public int Partitions { get; set; } = 1;

    /// <summary>Whether a node that never reached its broker is degraded (true) rather than not ready (false): it then serves alone. Default false.</summary>
    public bool FallbackToLocal { get; set; }

    /// <summary>Messages from the broker that wait to be applied. Full: newer ones are dropped, counted and repaired. Unit: bytes. Default 64 MiB.</summary>
    public int InboxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most bytes joined into one message to the broker, and of one repair or snapshot chunk. Unit: bytes. Default 256 KiB.</summary>
    public int MaxBatchBytes { get; set; } = 256 * 1024;
}

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>What <c>/stats</c> and <c>GET /cluster</c> show: this node's picture of the cluster at one moment. Immutable.</summary>
internal sealed record ClusterStatus(
    string Node,
    string Label,
    string Version,
    bool IsJoined,
    bool IsProven,
    string Problem,
    long UptimeMs,
    long ReadyForMs,
    IReadOnlyList<PartitionStatus> Partitions,
    IReadOnlyList<NodeStatus> Nodes,
    IReadOnlyList<string> Refused,
    ClusterCounters Counters,
    long Oversized);

/// <summary>This node's stream on one partition. Sequences, bytes, milliseconds; a latency of -1 is not known yet.</summary>
internal sealed record PartitionStatus(
    int Partition, ulong LastAppended, ulong SentUpTo, ulong RingStart, long RingBytes, double RingFill, bool HasEcho, long ProofLatencyMs, long ProofAgeMs);

/// <summary>Another node. <c>SilentMs</c> is since anything of it came.</summary>
internal sealed record NodeStatus(
    string Node, string Label, string Version, string State, long SilentMs, long ReadyForMs, IReadOnlyList<LinkStatus> Links);

/// <summary>
/// What is received of another node on one partition: <c>Lag</c> is entries known to exist and not applied; <c>HearsUsAgoMs</c> is
/// how long ago it heard this node by its own account, -1 when it does not say.
/// </summary>
internal sealed record LinkStatus(
    int Partition, ulong Position, ulong Lag, string Sync, bool IsRepairing, long Gaps, long Repaired, long Lost, long HeardAgoMs, long HearsUsAgoMs,
    IReadOnlyList<string> Hears);

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>What an envelope holds. The first four go to a partition's topic, the others to one node's.</summary>
internal enum MessageKind : byte
{
    None = 0,

    /// <summary>Consecutive entries of the sender's stream.</summary>
    Batch = 1,

    /// <summary>The sender is alive; what it sent and whom it hears. Unsequenced.</summary>
    Heartbeat = 2,

    /// <summary>A heartbeat of a node that begins: it asks everybody for a snapshot.</summary>
    Hello = 3,

    /// <summary>The sender is leaving and said everything it had to say.</summary>
    Goodbye = 4,

    /// <summary>A heartbeat for one node that did not know the sender.</summary>
    DirectHeartbeat = 5,

    /// <summary>Asks for one chunk of a snapshot.</summary>
    SnapshotRequest = 6,

    SnapshotChunk = 7,

    /// <summary>Asks for a chunk of the stream from a sequence on.</summary>
    RepairRequest = 8,

    RepairChunk = 9,
}

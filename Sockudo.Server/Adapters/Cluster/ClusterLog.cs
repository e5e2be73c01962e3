using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>What the cluster says to its operators.</summary>
internal static partial class ClusterLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Joined the cluster as {Node} ({Label}) with {Peers} other nodes")]
    public static partial void Joined(ILogger logger, NodeId node, string label, int peers);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} ({Label}, version {Version}) is alive")]
    public static partial void PeerAlive(ILogger logger, NodeId node, string label, string version);

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Node} ({Label}) left")]
    public static partial void PeerLeft(ILogger logger, NodeId node, string label);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Node} ({Label}) is dead: nothing of it came for {SilentMs} ms and no live node hears it")]
    public static partial void PeerDead(ILogger logger, NodeId node, string label, long silentMs);

    [LoggerMessage(Level = LogLevel.Error, Message = "Two live nodes have the label {Label}: {First} and {Second}; give each its own instance.process_id")]
    public static partial void SameLabel(ILogger logger, string label, NodeId first, NodeId second);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Lost} entries of node {Node} ({Label}), partition {Partition}, are lost: {Why}")]
    public static partial void Lost(ILogger logger, long lost, NodeId node, string label, int partition, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "Entry {Sequence} of this node's stream, partition {Partition}, is lost to the other nodes: the broker does not take its {Bytes} bytes (largest message {Limit}); {Total} in all")]
    public static partial void Unsendable(ILogger logger, ulong sequence, int partition, int bytes, int limit, long total);

    [LoggerMessage(Level = LogLevel.Error, Message = "Refused node {Node}: {Why}. The two hear nothing of each other until that is changed")]
    public static partial void Refused(ILogger logger, NodeId node, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery through the broker is not proven any more: {Why}")]
    public static partial void ProofLost(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "Delivery through the broker is proven")]
    public static partial void ProofFound(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What this node has to say does not reach the others, so it is not ready: {Why}")]
    public static partial void StreamStuck(ILogger logger, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "What this node has to say reaches the others again")]
    public static partial void StreamFlows(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No snapshot of every node came in time; serving with what is known")]
    public static partial void JoinedIncomplete(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "cluster_health.enabled is false: dead nodes are never noticed, their members and counts stay until they come back")]
    public static partial void HealthDisabled(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "adapter.cluster_secret_accept_v1 is true: recorded messages of nodes that are not upgraded can be replayed. Take it away when all are upgraded")]
    public static partial void AcceptsV1(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Node} could not be applied; it is skipped")]
    public static partial void ApplyFailed(ILogger logger, Exception exception, NodeId node);
}

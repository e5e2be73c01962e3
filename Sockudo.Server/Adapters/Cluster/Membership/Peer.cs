using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Channels;

namespace Sockudo.Server.Adapters.Cluster.Membership;

/// <summary>
/// Another node, from its first heartbeat here on. Its death removes what it said, never how far its stream was received.
/// Guarded by the cluster node's lock.
/// </summary>
internal sealed class Peer
{
    public Peer(NodeId id, int partitions, long now)
    {
        Id = id;
        Node = new RemoteNode(id.Value);
        KnownSince = HeardAt = now;
        Links = new ReceiveLink[partitions];
        for (var i = 0; i < partitions; i++) Links[i] = new ReceiveLink(i);
    }

    public NodeId Id { get; }

    /// <summary>The owner of its entries in the channels.</summary>
    public RemoteNode Node { get; }

    /// <summary>What is received of it, a partition each.</summary>
    public ReceiveLink[] Links { get; }

    public string Label { get; set; } = "";

    public string Version { get; set; } = "";

    public long KnownSince { get; }

    /// <summary>When anything of it came last.</summary>
    public long HeardAt { get; set; }

    /// <summary>Whether it counts: heard of by a heartbeat, and neither declared dead nor gone since.</summary>
    public bool IsAlive { get; set; }

    /// <summary>Whether it said goodbye. It never comes back: a restarted process has another epoch.</summary>
    public bool HasLeft { get; set; }

    /// <summary>When it was declared dead or left.</summary>
    public long EndedAt { get; set; }

    /// <summary>Whether what was missing when it ended was given up and counted.</summary>
    public bool IsSettled { get; set; }

    /// <summary>Whether it fell silent together with all others: its death waits one more timeout.</summary>
    public bool FellSilentWithAll { get; set; }

    /// <summary>Whether it can still answer a request.</summary>
    public bool CanBeAsked => IsAlive || (HasLeft && !IsSettled);

    /// <summary>How long it has been joined and proven by its own account; -1 when it is not.</summary>
    public long ReadyForMs(long now)
    {
        var shortest = long.MaxValue;
        foreach (var link in Links)
        {
            if (link.Heartbeat is not { ReadyForMs: >= 0 } heartbeat) return -1;
            shortest = Math.Min(shortest, heartbeat.ReadyForMs + (now - link.HeartbeatAt));
        }

        return shortest;
    }

    /// <summary>How long ago this peer heard another node on a partition, by its last heartbeat; null when it does not know it.</summary>
    public long? HeardAgo(int partition, NodeId other, long now)
    {
        var link = Links[partition];
        foreach (var report in link.Heartbeat?.Peers ?? [])
        {
            if (report.Node == other) return report.HeardAgoMs + (now - link.HeartbeatAt);
        }

        return null;
    }
}

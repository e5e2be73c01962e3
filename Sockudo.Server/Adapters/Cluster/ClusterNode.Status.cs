using Sockudo.Server.Adapters.Cluster.Membership;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>What can be seen from outside.</summary>
internal sealed partial class ClusterNode
{
    /// <summary>Whether the node has joined, delivery is proven and what it says gets out; otherwise why not.</summary>
    public bool IsReady(out string why)
    {
        lock (_gate)
        {
            Evaluate(_clock.Milliseconds);
            why = !_isJoined ? "the node has not joined the cluster yet: " + (_unprovenWhy.Length > 0 ? _unprovenWhy : _stuckWhy ?? "it waits for snapshots")
                : _isProven ? _stuckWhy ?? "" : _unprovenWhy;
            return _isJoined && _isProven && _stuckWhy is null;
        }
    }

    /// <summary>Whether the broker ever delivered anything of ours.</summary>
    public bool WasEverProven
    {
        get
        {
            lock (_gate) return Array.TrueForAll(_echoes, static echo => echo.HasAny);
        }
    }

    /// <summary>Entries that were too large for the broker.</summary>
    public long Oversized => _streams.Oversized;

    /// <summary>Live nodes, this one included.</summary>
    public int AliveNodes
    {
        get
        {
            lock (_gate) return 1 + _peers.Values.Count(static peer => peer.IsAlive);
        }
    }

    /// <summary>The whole picture.</summary>
    public ClusterStatus Status()
    {
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            return new ClusterStatus(
                Id.ToString(), _options.Label, Version, _isJoined, _isProven, _isProven ? _stuckWhy ?? "" : _unprovenWhy, now, ReadyForMs(now),
                [.. Enumerable.Range(0, _partitions).Select(i => Describe(i, now))],
                [.. _peers.Values.Select(peer => Describe(peer, now))],
                [.. _refused.Select(static node => node.ToString())],
                Counters, _streams.Oversized);
        }
    }

    private PartitionStatus Describe(int partition, long now)
    {
        var stream = _streams[partition];
        var echo = _echoes[partition];
        return new PartitionStatus(
            partition, stream.LastAppended, stream.SentUpTo, stream.First, stream.Bytes, (double)stream.Bytes / _options.RingBytes,
            HasEcho(partition, now), echo.LatencyMs, echo.HasAny ? now - echo.EchoSentAt : -1);
    }

    private NodeStatus Describe(Peer peer, long now) => new(
        peer.Id.ToString(), peer.Label, peer.Version, peer.IsAlive ? "alive" : peer.HasLeft ? "left" : "dead", now - peer.HeardAt, peer.ReadyForMs(now),
        [.. peer.Links.Select(link => new LinkStatus(
            link.Partition, link.Position, link.KnownLast - link.Position, link.Sync.ToString(), link.IsRepairing, link.Gaps, link.Repaired, link.Lost,
            now - link.HeardAt, peer.HeardAgo(link.Partition, Id, now) ?? -1,
            [.. (link.Heartbeat?.Peers ?? []).Where(report => report.HeardAgoMs <= FreshMs).Select(static report => report.Node.ToString())]))]);
}

using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Adapters.Outside;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Who tells the outside of a channel.</summary>
internal sealed partial class ClusterNode
{
    private volatile Owners _owners = new([], [], [], 0);

    /// <summary>
    /// How long a node has to be ready before it owns channels: it has seen then whatever an owner that died before could have left
    /// untold. Unit: milliseconds.
    /// </summary>
    public long OwnerAfterMs => 3000 + _health.NodeTimeoutMs;

    /// <summary>Whether no other node is alive. Thread-safe, without a lock.</summary>
    public bool IsAlone => _owners.IsAlone;

    /// <summary>Whether this node has not been ready for long enough to own channels. Thread-safe, without a lock.</summary>
    public bool IsNew => _owners.IsNew;

    /// <summary>
    /// Whether this node tells the outside of a transition of a channel that was seen <paramref name="ageMs"/> ago and is due since
    /// <paramref name="dueForMs"/>. False when that is another that was heard when it must have told; null while nobody is known to: the owner
    /// was not heard, or ownership moved just then and its old owner may have told. Thread-safe, without a lock.
    /// </summary>
    public bool? IsOwner(string appId, string channel, long ageMs, long dueForMs)
    {
        var owners = _owners;
        if (Rendezvous.Owner(owners.Nodes, appId, channel) is not { } owner) return null;
        var now = _clock.Milliseconds;
        var sinceMove = now - ageMs - owners.MovedAt;

        // What was seen before ownership moved is its old owner's to tell, if that lives. When exactly it moved, and from whom, each node
        // says a little differently: after a while what is still untold is the new owner's.
        if (IsMoving(owners, now) && sinceMove < FreshMs &&
            Rendezvous.Owner(owners.Before, appId, channel) is { } before && before != owner && (before == Id || owners.HeardAt.ContainsKey(before)))
        {
            if (before == Id) return sinceMove < 0 ? true : null;
            if (owner == Id) return sinceMove >= -FreshMs && dueForMs > FreshMs ? true : null;
        }

        if (owner == Id) return true;

        // It had the time to tell and to say so: since it was due, and since it must take what is untold for its own.
        var moved = owners.MovedAt + Math.Max(_health.CleanupIntervalMs, OncePerCluster.LeaveDelayMs + (2 * FreshMs));
        var since = Math.Max(now - dueForMs, moved) + FreshMs + OncePerCluster.ToldWithinMs;
        return owners.HeardAt.GetValueOrDefault(owner, long.MinValue) >= since ? false : null;
    }

    /// <summary>See <see cref="IOwnership.DoesOwnerKnow"/>. What went may have gone with a node that had died long before that was known.</summary>
    public bool DoesOwnerKnow(string appId, string channel, long ageMs)
    {
        var owners = _owners;
        if (Rendezvous.Owner(owners.Nodes, appId, channel) is not { } owner || owner == Id) return true;
        var mayBeDeadFor = (2 * _health.NodeTimeoutMs) + _health.CleanupIntervalMs;
        return owners.ReadySince.GetValueOrDefault(owner, long.MaxValue) <= _clock.Milliseconds - ageMs - mayBeDeadFor;
    }

    /// <summary>See <see cref="IOwnership.TellersNow"/>.</summary>
    public Tellers TellersNow(string appId, string channel)
    {
        var owners = _owners;
        var owner = OtherThanThis(Rendezvous.Owner(owners.Nodes, appId, channel));
        var before = IsMoving(owners, _clock.Milliseconds) ? OtherThanThis(Rendezvous.Owner(owners.Before, appId, channel)) : 0;
        return new Tellers(owner, before == owner ? 0 : before);
    }

    /// <summary>See <see cref="IOwnership.HaveSaid"/>.</summary>
    public bool? HaveSaid(Tellers tellers, long agoMs)
    {
        var owners = _owners;
        var since = _clock.Milliseconds - agoMs;
        var (first, second) = (HasSaid(tellers.First), HasSaid(tellers.Second));
        return first is null || second is null ? null : first.Value && second.Value;

        bool? HasSaid(UInt128 epoch)
        {
            if (epoch == 0) return true;
            if (!owners.AliveHeardAt.TryGetValue(new NodeId(epoch), out var heardAt)) return false;
            return heardAt >= since ? true : null;
        }
    }

    // When exactly ownership moved each node says a little differently.
    private bool IsMoving(Owners owners, long now) => now - owners.MovedAt < OncePerCluster.LeaveDelayMs + (2 * FreshMs);

    private UInt128 OtherThanThis(NodeId? node) => node is { } other && other != Id ? other.Value : 0;

    // In a cluster that has just begun nobody is ready for long. There the first that was does all; of several in one moment one of them.
    private void ReadOwners(long now)
    {
        List<(NodeId Id, long ReadyForMs)> ready = ReadyForMs(now) is var mine and >= 0 ? [(Id, mine)] : [];
        Dictionary<NodeId, long> heardAt = [];
        Dictionary<NodeId, long> aliveHeardAt = [];
        Dictionary<NodeId, long> readySince = [];
        foreach (var peer in _peers.Values)
        {
            if (!peer.IsAlive) continue;
            aliveHeardAt[peer.Id] = peer.HeardAt;
            if (peer.ReadyForMs(now) is not (>= 0 and var others)) continue;
            ready.Add((peer.Id, others));
            heardAt[peer.Id] = peer.HeardAt;
            readySince[peer.Id] = now - others;
        }

        List<NodeId> nodes = [.. ready.Where(node => node.ReadyForMs >= OwnerAfterMs).Select(static node => node.Id).Order()];
        if (nodes.Count == 0 && ready.Count > 0)
        {
            var longest = ready.Max(static node => node.ReadyForMs);
            nodes = [ready.Where(node => node.ReadyForMs >= longest - (HeartbeatMs / 4)).Min(static node => node.Id)];
        }

        // Nodes that become owners together do so one after the other here, in another order there: one move.
        var was = _owners;
        var isMove = !was.Nodes.SequenceEqual(nodes) && (was.Before.Count == 0 || now - was.MovedAt > FreshMs);
        _owners = new Owners(nodes, heardAt, isMove ? was.Nodes : was.Before, isMove ? now : was.MovedAt)
        {
            AliveHeardAt = aliveHeardAt,
            ReadySince = readySince,
            IsAlone = aliveHeardAt.Count == 0,
            IsNew = ReadyForMs(now) < OwnerAfterMs,
        };
    }

    private sealed record Owners(IReadOnlyList<NodeId> Nodes, Dictionary<NodeId, long> HeardAt, IReadOnlyList<NodeId> Before, long MovedAt)
    {
        /// <summary>When each living node was heard last, those that are not ready too.</summary>
        public Dictionary<NodeId, long> AliveHeardAt { get; init; } = [];

        /// <summary>Since when each other node is ready.</summary>
        public Dictionary<NodeId, long> ReadySince { get; init; } = [];

        public bool IsAlone { get; init; }

        public bool IsNew { get; init; } = true;
    }
}

using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Proof of delivery, joining, death: what follows from time.</summary>
internal sealed partial class ClusterNode
{
    /// <summary>A hello that came back and was not answered for this long: there is nobody. Unit: milliseconds.</summary>
    private const int AloneAfterMs = 1000;

    /// <summary>One slow client does not hold up the catching up for longer than this. Unit: milliseconds.</summary>
    private const int LongestPauseMs = 1000;

    private readonly bool _countsSubscriptions = true;
    private volatile bool _isJoined;
    private bool _isProven;
    private bool _isLeaving;
    private bool _mayDeclare;
    private bool _isDriverConnected = true;
    private long _mayDeclareSince = long.MaxValue;
    private long _readySince;
    private long _lastTick;
    private long _nextCleanup;
    private long _reconnectAt;
    private long _reconnectWait;
    private string _unprovenWhy = "the node has not joined yet";
    private volatile Owners _owners = new([], []);

    /// <summary>Whether counts are replicated, or only whether there is a subscription.</summary>
    public bool CountsSubscriptions
    {
        init => _countsSubscriptions = value;
    }

    /// <summary>Whether the node knows what the others had when it came. Thread-safe, without a lock.</summary>
    public bool IsJoined => _isJoined;

    private long HeartbeatMs => _health.HeartbeatIntervalMs;

    private long FreshMs => 2 * HeartbeatMs;

    /// <summary>How long a node has to be ready before it owns channels, and how long a transition waits to be told outside. Unit: milliseconds.</summary>
    public long OwnerAfterMs => 3000 + _health.NodeTimeoutMs;

    /// <summary>
    /// Whether this node is the one to tell the outside of a channel's transition that is due since a moment of this node's clock
    /// (milliseconds); null while the one that is was not heard since: it may have told, or may never. Thread-safe, without a lock.
    /// </summary>
    public bool? IsOwner(string appId, string channel, long since)
    {
        var owners = _owners;
        if (Rendezvous.Owner(owners.Nodes, appId, channel) is not { } owner) return false;
        return owner == Id ? true : owners.HeardAt.GetValueOrDefault(owner) >= since ? false : null;
    }

    /// <summary>Begins: says hello as soon as the broker takes it.</summary>
    public void Start()
    {
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            _lastTick = now;
            _nextCleanup = now + _health.CleanupIntervalMs;
            _reconnectAt = now + (4 * HeartbeatMs);
            for (var i = 0; i < _partitions; i++) SayHello(i, now);
        }
    }

    /// <summary>Lets time pass. To be called a few times within each heartbeat interval.</summary>
    public void Tick()
    {
        lock (_gate)
        {
            var now = _clock.Milliseconds;

            // Whoever slept knows nothing of the meantime.
            if (now - _lastTick > FreshMs) _mayDeclareSince = now;
            _lastTick = now;
            for (var i = 0; i < _partitions; i++) BeatIfDue(i, now);
            Evaluate(now);
            Repeat(now);
            if (now >= _nextCleanup)
            {
                _nextCleanup = now + _health.CleanupIntervalMs;
                CleanUp(now);
            }

            _owners = ReadOwners(now);
        }
    }

    /// <summary>The driver's belief about its connection changed.</summary>
    public void DriverChanged(bool isConnected)
    {
        lock (_gate)
        {
            if (isConnected && !_isDriverConnected)
            {
                var now = _clock.Milliseconds;
                for (var i = 0; i < _partitions; i++)
                {
                    _lanes[i].MustResend = true;
                    _lanes[i].IsHeartbeatDue = true;
                    if (_lanes[i].HelloEchoedAt is null) SayHello(i, now);
                    Pending(i);
                }
            }

            _isDriverConnected = isConnected;
        }
    }

    /// <summary>Says goodbye after everything appended by now was sent.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _isLeaving = true;
            for (var i = 0; i < _partitions; i++)
            {
                _lanes[i].IsGoodbyeDue = true;
                Pending(i);
            }
        }
    }

    private void SayHello(int partition, long now)
    {
        var lane = _lanes[partition];
        lane.IsHelloDue = true;
        lane.HelloSentAt = now;
        if (lane.HelloNonce == 0) lane.HelloNonce = ++_lastNonce;
        Pending(partition);
    }

    private void BeatIfDue(int partition, long now)
    {
        var lane = _lanes[partition];
        if (_isLeaving) return;
        if (lane.HelloEchoedAt is null && now - lane.HelloSentAt >= Math.Min(HeartbeatMs, AloneAfterMs)) SayHello(partition, now);
        if (now < lane.NextHeartbeatAt) return;
        lane.NextHeartbeatAt = now + HeartbeatMs;
        lane.IsHeartbeatDue = true;
        Pending(partition);
    }

    private bool HasEcho(int partition, long now) => now - _echoes[partition].EchoSentAt <= FreshMs;

    private long ReadyForMs(long now) => _isJoined && _isProven ? now - _readySince : -1;

    private void Evaluate(long now)
    {
        JoinIfComplete(now);
        var why = FindDoubt(now, out var mayDeclare);
        if (mayDeclare && !_mayDeclare) _mayDeclareSince = now;
        _mayDeclare = mayDeclare;
        _unprovenWhy = why ?? "";
        if (why is null == _isProven)
        {
            if (_isProven) return;
        }
        else if (why is null)
        {
            _isProven = true;
            _readySince = now;
            _reconnectWait = 0;
            ClusterLog.ProofFound(_logger);
            return;
        }
        else
        {
            _isProven = false;
            _reconnectAt = now;
            if (_isJoined) ClusterLog.ProofLost(_logger, why);
        }

        // The driver may believe in a connection that delivers nothing.
        if (!_isDriverConnected || now < _reconnectAt) return;
        _reconnectWait = Math.Min(Math.Max(4 * HeartbeatMs, 2 * _reconnectWait), 60_000);
        _reconnectAt = now + _reconnectWait;
        Counters.Reconnects++;
        ReconnectWanted(why!);
    }

    /// <summary>What speaks against delivery being proven; null when nothing does. <paramref name="mayDeclare"/> is false when our own hearing is in doubt, so that nobody's silence means anything.</summary>
    private string? FindDoubt(long now, out bool mayDeclare)
    {
        mayDeclare = false;
        for (var i = 0; i < _partitions; i++)
        {
            if (!HasEcho(i, now)) return "its own heartbeats do not come back";
        }

        var alive = 0;
        var heard = 0;
        foreach (var peer in _peers.Values)
        {
            if (!peer.IsAlive) continue;
            alive++;
            if (now - peer.HeardAt <= FreshMs) heard++;
            if (now - peer.KnownSince <= 3 * HeartbeatMs) continue;
            foreach (var link in peer.Links)
            {
                // One that does not even hear itself is deaf for its own reasons.
                if (now - link.HeardAt > FreshMs || link.Heartbeat is not { HasEcho: true }) continue;
                if (peer.HeardAgo(link.Partition, Id, now) is not { } ago || ago > 4 * HeartbeatMs) return $"node {peer.Id} ({peer.Label}) does not hear this node";
            }
        }

        mayDeclare = true;
        return alive >= 2 && heard == 0 ? "none of the other nodes is heard" : null;
    }

    private void JoinIfComplete(long now)
    {
        if (_isJoined) return;
        var waited = long.MaxValue;
        foreach (var lane in _lanes)
        {
            if (lane.HelloEchoedAt is not { } echoedAt) return;
            waited = Math.Min(waited, now - echoedAt);
        }

        var peers = 0;
        var isComplete = true;
        var isAnybodyReady = false;
        foreach (var peer in _peers.Values)
        {
            if (!peer.IsAlive) continue;
            peers++;
            isAnybodyReady |= peer.ReadyForMs(now) >= 0;
            foreach (var link in peer.Links)
            {
                isComplete &= link.Sync == SyncState.Done;
                if (waited < AloneAfterMs) isComplete &= link.Heartbeat?.Peers.All(report => report.Node == Id || _peers.ContainsKey(report.Node)) == true;
            }
        }

        if (waited < AloneAfterMs && !(isComplete && isAnybodyReady)) return;
        if (!isComplete && waited < AloneAfterMs + _health.NodeTimeoutMs) return;
        if (!isComplete) ClusterLog.JoinedIncomplete(_logger);
        _isJoined = true;
        _readySince = now;
        ClusterLog.Joined(_logger, Id, _options.Label, peers);
    }

    /// <summary>Repeats what was asked and not answered, and goes on where the local queues were too full.</summary>
    private void Repeat(long now)
    {
        bool? room = null;
        foreach (var peer in _peers.Values)
        {
            if (!peer.CanBeAsked) continue;
            foreach (var link in peer.Links)
            {
                // Looking at every client's queue is dear; it is done once, and only when somebody waits for it.
                var hasRoom = (link.IsRepairPaused || link.IsSnapshotPaused) && (room ??= HasRoom());
                if (link.IsRepairPaused && (hasRoom || now - link.RepairAskedAt > LongestPauseMs)) AskRepair(peer, link, now);
                if (link.IsSnapshotPaused && (hasRoom || now - link.SnapshotAskedAt > LongestPauseMs)) AskChunk(peer, link, now);
                if (link.IsRepairing && now - link.RepairAskedAt >= Patience(link.RepairAttempts))
                {
                    link.RepairAttempts++;
                    Counters.RequestsRepeated++;
                    AskRepair(peer, link, now);
                }

                if (link.Sync != SyncState.Requested || link.IsSnapshotPaused || now - link.SnapshotAskedAt < Patience(link.SnapshotAttempts)) continue;
                var attempts = link.SnapshotAttempts + 1;
                Counters.RequestsRepeated++;
                if (attempts % AttemptsOfAChunk == 0) AskSnapshot(peer, link, now);
                else AskChunk(peer, link, now);
                link.SnapshotAttempts = attempts;
            }
        }
    }

    private long Patience(int attempts) => Math.Min((long)FirstRetryMs << Math.Min(attempts, 10), _options.RequestTimeoutMs);

    private void CleanUp(long now)
    {
        DeclareDead(now);
        foreach (var peer in _peers.Values)
        {
            if (peer.IsAlive || peer.IsSettled) continue;
            if (now - peer.EndedAt >= (peer.HasLeft ? AloneAfterMs : _options.RingAgeMs)) Settle(peer);
        }

        foreach (var (key, source) in _sources)
        {
            if (now - source.UsedAt < 2 * Math.Max(_options.RequestTimeoutMs, AloneAfterMs)) continue;
            source.Dispose();
            _sources.Remove(key);
        }

        for (var i = 0; i < _partitions; i++) _streams[i].EvictExpired(now);
    }

    private Owners ReadOwners(long now)
    {
        List<NodeId> nodes = ReadyForMs(now) < OwnerAfterMs ? [] : [Id];
        Dictionary<NodeId, long> heardAt = [];
        foreach (var peer in _peers.Values)
        {
            if (!peer.IsAlive || peer.ReadyForMs(now) < OwnerAfterMs) continue;
            nodes.Add(peer.Id);
            heardAt[peer.Id] = peer.HeardAt;
        }

        return new Owners(nodes, heardAt);
    }

    private void DeclareDead(long now)
    {
        if (!_health.Enabled || !_mayDeclare || !_isJoined) return;
        List<Peer> alive = [.. _peers.Values.Where(static peer => peer.IsAlive)];
        if (alive.Count == 0) return;
        var latest = alive.Max(static peer => peer.HeardAt);
        if (alive.Count >= 2 && now - latest > FreshMs && latest - alive.Min(static peer => peer.HeardAt) <= FreshMs)
        {
            // More likely we are cut off than that all of them died in one moment.
            foreach (var peer in alive) peer.FellSilentWithAll = true;
        }

        foreach (var peer in alive)
        {
            if (now - peer.HeardAt <= FreshMs) peer.FellSilentWithAll = false;
            var silent = now - Math.Max(peer.HeardAt, _mayDeclareSince);
            if (silent < (peer.FellSilentWithAll ? 2 : 1) * _health.NodeTimeoutMs || IsHeardByOthers(peer, alive, now)) continue;
            ClusterLog.PeerDead(_logger, peer.Id, peer.Label, now - peer.HeardAt);
            Counters.Deaths++;
            End(peer, now);
        }
    }

    private bool IsHeardByOthers(Peer silent, List<Peer> alive, long now)
    {
        foreach (var peer in alive)
        {
            if (peer == silent || !peer.IsAlive || now - peer.HeardAt > FreshMs) continue;
            for (var i = 0; i < _partitions; i++)
            {
                if (peer.HeardAgo(i, silent.Id, now) < _health.NodeTimeoutMs) return true;
            }
        }

        return false;
    }

    private void End(Peer peer, long now)
    {
        peer.IsAlive = false;
        peer.EndedAt = now;
        foreach (var link in peer.Links)
        {
            link.Abandon();
            _view.Remove(peer.Node, link.Partition, ulong.MaxValue, isQuiet: false);
            if (_sources.Remove((peer.Id, link.Partition), out var source)) source.Dispose();
        }
    }

    /// <summary>Gives up, and counts, what is missing of a node that is gone.</summary>
    private void Settle(Peer peer)
    {
        peer.IsSettled = true;
        foreach (var link in peer.Links) Skip(peer, link, Math.Max(link.KnownLast, link.ReportedLast), "the node is gone");
    }

    private bool ForgetOldest()
    {
        Peer? oldest = null;
        foreach (var peer in _peers.Values)
        {
            if (!peer.IsAlive && (oldest is null || peer.EndedAt < oldest.EndedAt)) oldest = peer;
        }

        if (oldest is null) return false;
        if (!oldest.IsSettled) Settle(oldest);
        return _peers.Remove(oldest.Id);
    }

    private sealed record Owners(IReadOnlyList<NodeId> Nodes, Dictionary<NodeId, long> HeardAt);
}

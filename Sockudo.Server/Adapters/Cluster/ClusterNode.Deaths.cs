using Sockudo.Server.Adapters.Cluster.Membership;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Who is dead, and what follows: state goes, the position stays, what is missing is counted in the end.</summary>
internal sealed partial class ClusterNode
{
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
            // What came and waited for room is delivered: whoever said it cannot say it again.
            ApplyHeldAtOnce(peer, link);
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
}

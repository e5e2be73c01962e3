using Sockudo.Server.Adapters.Cluster.Streams;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Whether delivery is proven, and when the node has joined.</summary>
internal sealed partial class ClusterNode
{
    private void Evaluate(long now)
    {
        JoinIfComplete(now);
        JudgeStream(now);
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
        if (!_isDriverConnected || now < Math.Max(_reconnectAt, _judgeConnectionAt)) return;
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

    // It decides about new clients alone. Such a node still hears and is heard: it keeps its connection and what it owns, for nobody
    // else knows better what is untold, and a backlog that drains after an outage would move all of that away from it.
    private void JudgeStream(long now)
    {
        var why = _limit.Doubt ?? FindStuckStream(now);
        _stuckWhy = why;
        if (why is null == !_isStuckTold || !_isJoined || !_isProven) return;
        _isStuckTold = why is not null;
        if (why is not null) ClusterLog.StreamStuck(_logger, why);
        else ClusterLog.StreamFlows(_logger);
    }

    // Heartbeats that pass prove nothing when what they stand for does not.
    private string? FindStuckStream(long now)
    {
        for (var i = 0; i < _partitions; i++)
        {
            if (_streams[i].OldestWaitingAt is not { } at) continue;
            if (now - at >= HeartbeatMs) return $"the broker has not taken what this node has to say for {now - at} ms";
            if (_lanes[i].Refusals.IsRefusing) return "the broker takes this node's heartbeats, but not its stream";
        }

        return null;
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
}

using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Hello, heartbeats and goodbye: who is there, and what each hears of the others.</summary>
internal sealed partial class ClusterNode
{
    private const int MaxPeers = 1024;
    private static readonly string Version = typeof(ClusterNode).Assembly.GetName().Version?.ToString(3) ?? "";

    private readonly HashSet<(NodeId, NodeId)> _sameLabels = [];

    private void OnHeartbeat(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        if (HeartbeatMessage.Read(body) is not { } heartbeat)
        {
            Counters.Garbage++;
            return;
        }

        var isDirect = header.Kind == MessageKind.DirectHeartbeat;
        var isNew = !_peers.TryGetValue(header.Sender, out var peer);
        if (peer is { HasLeft: true } || !Admits(header, peer, heartbeat, now)) return;
        if (peer is null)
        {
            if (_peers.Count >= MaxPeers && !ForgetOldest()) return;
            _peers.Add(header.Sender, peer = new Peer(header.Sender, _partitions, now));
        }

        var link = peer.Links[header.Partition];

        // One that was overtaken or repeated says nothing new, and must not bring a dead node back.
        if (link.Heartbeat is { } last && heartbeat.Number <= last.Number) return;
        peer.HeardAt = now;
        if (!isDirect) link.HeardAt = now;
        peer.Label = heartbeat.Label;
        peer.Version = heartbeat.Version;
        link.IsAdmitted = true;
        link.Heartbeat = heartbeat;
        link.HeartbeatAt = now;
        if (!peer.IsAlive) Revive(peer);
        NoteReports(header.Partition, heartbeat);
        if (isNew) Greet(peer, header, heartbeat, now);
        else if (header.Kind == MessageKind.Hello) SendChunk(peer.Id, header.Partition, heartbeat.SnapshotNonce, 0, heartbeat.UptimeMs, now);
        if (link.Sync == SyncState.None) BeginSync(peer, link, heartbeat, isDirect, now);
        if (!isDirect) NoteLast(peer, link, heartbeat.LastSent, now);
        Evaluate(now);
    }

    private void Revive(Peer peer)
    {
        peer.IsAlive = true;
        peer.IsSettled = peer.FellSilentWithAll = false;
        ClusterLog.PeerAlive(_logger, peer.Id, peer.Label, peer.Version);
        if (peer.Label.Length == 0) return;
        foreach (var other in _peers.Values)
        {
            if (other != peer && other.IsAlive && other.Label == peer.Label) SayLabelIsShared(peer.Label, other.Id, peer.Id);
        }

        if (peer.Label == _options.Label) SayLabelIsShared(peer.Label, Id, peer.Id);
    }

    private void SayLabelIsShared(string label, NodeId first, NodeId second)
    {
        if (_sameLabels.Count < MaxPeers && _sameLabels.Add((first, second))) ClusterLog.SameLabel(_logger, label, first, second);
    }

    /// <summary>Answers one we did not know, so that both sides know each other within a round trip.</summary>
    private void Greet(Peer peer, EnvelopeHeader header, HeartbeatMessage heartbeat, long now)
    {
        if (header.Kind != MessageKind.DirectHeartbeat) Answer(header, heartbeat, wantsAnswer: false, now);

        // The next regular one tells it that we hear it.
        _lanes[header.Partition].IsHeartbeatDue = true;
        Pending(header.Partition);
    }

    private void BeginSync(Peer peer, ReceiveLink link, HeartbeatMessage heartbeat, bool isDirect, long now)
    {
        var lane = _lanes[link.Partition];
        if (heartbeat is { LastSent: 0, RingStart: <= 1 })
        {
            // It has said nothing yet: all of its state will be in its stream.
            if (!link.IsPositioned) link.StartAfter(0);
            link.Sync = SyncState.Done;
        }
        else
        {
            var answersHello = isDirect && lane.HelloNonce != 0 && heartbeat.SnapshotNonce == lane.HelloNonce;
            ExpectSnapshot(peer, link, answersHello ? lane.HelloNonce : ++_lastNonce, now, isAnnounced: answersHello);
        }
    }

    private void NoteReports(int partition, HeartbeatMessage heartbeat)
    {
        foreach (var report in heartbeat.Peers)
        {
            if (_peers.TryGetValue(report.Node, out var peer)) peer.Links[partition].ReportedLast = Math.Max(peer.Links[partition].ReportedLast, report.Received);
        }
    }

    private void OnGoodbye(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        var reader = new WireReader(body);
        var lastSent = reader.UInt64();
        if (reader.Failed)
        {
            Counters.Garbage++;
            return;
        }

        if (!_peers.TryGetValue(header.Sender, out var peer)) return;
        var link = peer.Links[header.Partition];
        link.KnownLast = Math.Max(link.KnownLast, lastSent);
        if (!peer.HasLeft)
        {
            peer.HasLeft = true;
            ClusterLog.PeerLeft(_logger, peer.Id, peer.Label);
            End(peer, now);
        }

        // Whoever leaves in order answers for a moment longer.
        if (link.HasGap) FindGap(peer, link, now);
    }

    private byte[] Heartbeat(MessageKind kind, int partition, long now, DirectReply? reply = null)
    {
        var lane = _lanes[partition];
        List<PeerReport> reports = [];
        foreach (var peer in _peers.Values)
        {
            if (!peer.IsAlive) continue;
            var link = peer.Links[partition];
            reports.Add(new PeerReport(peer.Id, Math.Max(0, now - link.HeardAt), link.Position, peer.IsAlive));
        }

        var heartbeat = new HeartbeatMessage
        {
            Number = _echoes[partition].Next(now),
            Label = _options.Label,
            Version = Version,
            UptimeMs = now,
            ReadyForMs = ReadyForMs(now),
            HasEcho = HasEcho(partition, now),
            LastSent = _streams[partition].SentUpTo,
            RingStart = _streams[partition].First,
            SnapshotNonce = kind == MessageKind.Hello ? lane.HelloNonce : reply?.SnapshotNonce ?? 0,
            Peers = reports,
            Answers = reply?.Answers ?? -1,
            WantsAnswer = reply?.WantsAnswer ?? false,
        };
        var writer = new WireWriter(stackalloc byte[512]);
        _envelope.Begin(ref writer, kind, partition);
        heartbeat.Write(ref writer);
        return _envelope.End(ref writer, reply?.To);
    }
}

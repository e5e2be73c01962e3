using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Receiving the peers' streams: each entry once and in order; a gap is asked for from where it begins (go-back-N).</summary>
internal sealed partial class ClusterNode
{
    private const int FirstRetryMs = 250;

    private void OnBatch(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        // Who it is says a heartbeat; until then it is repaired or in the snapshot.
        if (!_peers.TryGetValue(header.Sender, out var peer) || !IsHeard(header, peer.Links[header.Partition])) return;
        if (!Batch.TryRead(new WireReader(body), out var batch))
        {
            Counters.Garbage++;
            return;
        }

        var link = peer.Links[header.Partition];

        // One that was repeated, by whomever, is no sign of life.
        if (batch.Last > link.KnownLast) peer.HeardAt = link.HeardAt = now;
        link.KnownLast = Math.Max(link.KnownLast, batch.Last);
        if (!link.IsPositioned || batch.Last <= link.Position) return;
        if (batch.First > link.Position + 1 || link.IsRepairPaused)
        {
            link.Hold(batch.First, batch.Last, body);
            FindGap(peer, link, now);
            return;
        }

        if (ApplyPaced(peer, link, ref batch, body, now)) ApplyHeld(peer, link, now);
        AfterProgress(peer, link, now);
    }

    private void NoteLast(Peer peer, ReceiveLink link, ulong lastSent, long now)
    {
        link.KnownLast = Math.Max(link.KnownLast, lastSent);
        if (link.HasGap) FindGap(peer, link, now);
    }

    private void FindGap(Peer peer, ReceiveLink link, long now)
    {
        if (link.IsRepairing || link.IsRepairPaused || !peer.CanBeAsked) return;
        link.Gaps++;
        Counters.Gaps++;
        link.RepairAttempts = 0;
        AskRepair(peer, link, now);
    }

    private void AskRepair(Peer peer, ReceiveLink link, long now)
    {
        link.IsRepairing = true;
        link.IsRepairPaused = false;
        link.RepairAskedAt = now;
        link.OpenRepairRequest = _clock.Time.GetTimestamp();
        Counters.RequestsSent++;
        var writer = new WireWriter(stackalloc byte[128]);
        _envelope.Begin(ref writer, MessageKind.RepairRequest, link.Partition);
        writer.UInt64(link.Position + 1);
        SendTo(peer.Id, link.Partition, _envelope.End(ref writer, peer.Id));
    }

    private void OnRepairRequest(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        var reader = new WireReader(body);
        var from = reader.UInt64();
        if (reader.Failed || from == 0)
        {
            Counters.Garbage++;
            return;
        }

        Counters.RequestsReceived++;
        List<StreamEntry> entries = [];
        _streams[header.Partition].ReadSent(from, ChunkBytes, now, entries, out var first, out var ringStart, out var lastSent);

        // The broker took it once and does not any more: who missed it then gets the mark, or it would ask for ever.
        if (entries is [var only] && only.Length > _limit.EntryBytes) entries[0] = StreamEntry.Lost(only.At);
        var writer = new WireWriter(default);
        _envelope.Begin(ref writer, MessageKind.RepairChunk, header.Partition);
        writer.UInt64(ringStart);
        writer.UInt64(lastSent);
        Batch.Write(ref writer, first, now, entries);
        SendTo(header.Sender, header.Partition, _envelope.End(ref writer, header.Sender));
    }

    private void OnRepairChunk(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        if (!_peers.TryGetValue(header.Sender, out var peer)) return;
        var reader = new WireReader(body);
        var ringStart = reader.UInt64();
        var lastSent = reader.UInt64();
        var entries = reader.Rest;
        if (!Batch.TryRead(reader, out var batch))
        {
            Counters.Garbage++;
            return;
        }

        Counters.AnswersReceived++;

        // One that was not asked for, or was asked for in the other's earlier life, is an old one.
        var link = peer.Links[header.Partition];
        link.OpenRepairRequest = Answered(link.OpenRepairRequest);
        if (!link.IsPositioned || !link.IsRepairing) return;
        link.KnownLast = Math.Max(link.KnownLast, lastSent);
        var before = link.Position;
        if (ringStart > link.Position + 1)
        {
            Skip(peer, link, ringStart - 1, "the node that said them does not keep them any more");
            if (peer.IsAlive) AskSnapshot(peer, link, now);
        }

        var from = link.Position;
        if (batch.Count > 0 && batch.First <= link.Position + 1 && !link.IsRepairPaused) ApplyPaced(peer, link, ref batch, entries, now);
        link.Repaired += (long)(link.Position - from);
        Counters.Repaired += (long)(link.Position - from);
        if (link.Position > before) peer.HeardAt = now;
        if (link.IsRepairPaused) return;
        ApplyHeld(peer, link, now);
        if (link.IsRepairPaused) return;

        // An answer that brought nothing is an old one; its repetition is under way.
        if (link.Position == before && link.HasGap) return;
        link.IsRepairing = false;
        link.RepairAttempts = 0;
        if (!link.HasGap) return;
        if (HasRoom()) AskRepair(peer, link, now);
        else link.IsRepairPaused = true;
    }

    /// <summary>Counts a request as answered if it was open: what a hello asked for has no request, and the second answer to one none any more.</summary>
    private long? Answered(long? askedAt)
    {
        if (askedAt is not { } timestamp) return null;
        Counters.RequestsAnswered++;
        RequestAnswered(_clock.Since(timestamp));
        return null;
    }

    private void Skip(Peer peer, ReceiveLink link, ulong to, string why)
    {
        var lost = link.Skip(to);
        if (lost == 0) return;
        Counters.Lost += (long)lost;
        ClusterLog.Lost(_logger, (long)lost, peer.Id, peer.Label, link.Partition, why);
    }

    private void AfterProgress(Peer peer, ReceiveLink link, long now)
    {
        if (!link.HasGap)
        {
            link.IsRepairing = link.IsRepairPaused = false;
            link.RepairAttempts = 0;
        }
        else
        {
            FindGap(peer, link, now);
        }
    }

    // Many may come at once: the log gets a line a second.
    private void CountMark(Peer peer, ReceiveLink link)
    {
        link.Lost++;
        link.MarksUntold++;
        Counters.Lost++;
        var now = _clock.Milliseconds;
        if (now - link.MarksToldAt < LossTellMs) return;
        ClusterLog.Lost(_logger, link.MarksUntold, peer.Id, peer.Label, link.Partition, "the broker does not take them");
        (link.MarksToldAt, link.MarksUntold) = (now, 0);
    }

    private void Apply(Peer peer, ReceiveLink link, ReadOnlySpan<byte> bytes, long sentAt)
    {
        try
        {
            if (!ClusterEntry.TryRead(bytes, out var entry) || !TryApply(peer, link, entry, sentAt)) Counters.Garbage++;
        }
        catch (Exception e)
        {
            // The entries behind it are not to blame: without this they would be a gap that no repair closes.
            Counters.Garbage++;
            ClusterLog.ApplyFailed(_logger, e, peer.Id);
        }
    }

    private bool TryApply(Peer peer, ReceiveLink link, in ClusterEntry entry, long sentAt)
    {
        if (entry.Kind == EntryKind.Lost)
        {
            CountMark(peer, link);
            return true;
        }

        if (!entry.IsState) return _view.Deliver(peer.Node, entry, sentAt - entry.Time);

        // A dead peer's entries never bring it back; its next snapshot has them. Neither is what a begun snapshot has already news.
        if (!peer.IsAlive || link.Position <= link.StateBase) return true;
        if (link.Sync == SyncState.Requested && RemovalKey(entry) is { } key) link.Removals[key] = link.Position;
        _view.Apply(peer.Node, entry, link.Position, isQuiet: !_isJoined);
        return true;
    }

    private static (EntryKind Kind, string AppId, string Name, string UserId)? RemovalKey(in ClusterEntry entry) => entry.Kind switch
    {
        EntryKind.Subscriptions when entry.Count == 0 => (EntryKind.Subscriptions, entry.AppId, entry.Name, ""),
        EntryKind.MemberAbsent => (EntryKind.MemberPresent, entry.AppId, entry.Name, entry.UserId),
        EntryKind.UserOffline => (EntryKind.UserOnline, entry.AppId, entry.Name, ""),
        _ => null,
    };

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
                if (link.IsRepairPaused && (hasRoom || now - link.RepairAskedAt > LongestPauseMs)) Resume(peer, link, now, isForced: !hasRoom);
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
}

using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Giving and taking snapshots: chunk by chunk, the next only when the last is applied.</summary>
internal sealed partial class ClusterNode
{
    private const int AttemptsOfAChunk = 5;

    private readonly Dictionary<(NodeId Peer, int Partition), SnapshotSource> _sources = [];

    private void AskSnapshot(Peer peer, ReceiveLink link, long now) => ExpectSnapshot(peer, link, ++_lastNonce, now, isAnnounced: false);

    /// <summary>Waits for the snapshot of a request id, and sends the request unless the peer has it from our hello.</summary>
    private void ExpectSnapshot(Peer peer, ReceiveLink link, uint nonce, long now, bool isAnnounced)
    {
        link.Sync = SyncState.Requested;
        link.IsSnapshotPaused = false;
        link.SnapshotNonce = nonce;
        link.NextChunk = 0;
        link.SnapshotAttempts = 0;
        link.SnapshotAskedAt = now;
        link.OpenSnapshotRequest = null;
        link.Removals.Clear();
        if (!isAnnounced) AskChunk(peer, link, now);
    }

    private void AskChunk(Peer peer, ReceiveLink link, long now)
    {
        link.IsSnapshotPaused = false;
        link.SnapshotAskedAt = now;
        link.OpenSnapshotRequest = _clock.Time.GetTimestamp();
        Counters.RequestsSent++;
        var writer = new WireWriter(stackalloc byte[128]);
        _envelope.Begin(ref writer, MessageKind.SnapshotRequest, link.Partition);
        writer.UInt32(link.SnapshotNonce);
        writer.UInt32(link.NextChunk);
        writer.Int64(now);
        SendTo(peer.Id, link.Partition, _envelope.End(ref writer, peer.Id));
    }

    private void OnSnapshotRequest(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        var reader = new WireReader(body);
        var nonce = reader.UInt32();
        var index = reader.UInt32();
        var uptime = reader.Int64();
        if (reader.Failed)
        {
            Counters.Garbage++;
            return;
        }

        Counters.RequestsReceived++;
        SendChunk(header.Sender, header.Partition, nonce, index, uptime, now);
    }

    private void SendChunk(NodeId to, int partition, uint nonce, uint index, long uptimeMs, long now)
    {
        // A chunk made for a broker that took more is never sent again; its asker begins anew.
        if (!_sources.TryGetValue((to, partition), out var source) || source.Nonce != nonce || source.LastBytes + Envelope.Overhead > _limit.MessageBytes)
        {
            // A request that was overtaken by a newer one would end what that is given.
            if (index != 0 || source?.Nonce > nonce) return;
            source?.Dispose();
            _sources[(to, partition)] = source = new SnapshotSource(nonce, _streams[partition], uptimeMs, now, ReadLocal(partition).GetEnumerator());
        }

        source.UsedAt = now;
        var chunk = source.Chunk(index, ChunkBytes, _limit.EntryBytes, out var oversized);
        _streams.CountOversized(oversized);
        if (chunk is null) return;
        var writer = new WireWriter(default);
        _envelope.Begin(ref writer, MessageKind.SnapshotChunk, partition);
        writer.Raw(chunk);
        SendTo(to, partition, _envelope.End(ref writer, to));
    }

    /// <summary>What this node has on a partition, entry by entry with the sequence as of which it is true.</summary>
    private IEnumerable<(ulong Sequence, StreamEntry Entry)> ReadLocal(int partition)
    {
        var stream = _streams[partition];
        foreach (var (appId, count) in _view.Totals.ReadLocal())
        {
            if (_streams.PartitionOf(appId, "") == partition) yield return (stream.LastAppended, EntryWriter.Connections(appId, count));
        }

        var (usersSequence, users) = _view.Users.ReadLocal(() => stream.LastAppended);
        foreach (var (appId, userId) in users)
        {
            if (_streams.PartitionOf(appId, userId) == partition) yield return (usersSequence, EntryWriter.User(appId, userId, isOnline: true));
        }

        foreach (var channel in _view.Order(_view.Channels.All))
        {
            var (appId, name) = (channel.App.Id, channel.Name.Value);
            if (_streams.PartitionOf(appId, name) != partition) continue;
            var local = channel.ReadLocal(() => stream.LastAppended);
            if (local.SubscriptionCount > 0)
                yield return (local.Sequence, EntryWriter.Subscriptions(appId, name, _countsSubscriptions ? local.SubscriptionCount : 1));
            foreach (var (userId, info, stamp) in local.Members) yield return (local.Sequence, EntryWriter.MemberPresent(appId, name, userId, info, stamp));
        }

        foreach (var (cached, timeToLive) in _view.Channels.CachedEvents.All)
        {
            // Each writer tells its own; whose writer is gone, everybody who has it.
            var writer = new NodeId(cached.Stamp.Epoch);
            if (_streams.PartitionOf(cached.AppId, cached.Channel) != partition || IsOtherAlive(writer)) continue;
            yield return (stream.LastAppended,
                EntryWriter.LastEvent(cached.AppId, cached.Channel, Transport.ServerFrame.Payload(cached.Frame), cached.Stamp, timeToLive));
        }
    }

    // The snapshot is read while requests are answered, under the node's lock.
    private bool IsOtherAlive(NodeId writer) => writer != Id && _peers.TryGetValue(writer, out var peer) && peer.IsAlive;

    private void OnSnapshotChunk(EnvelopeHeader header, ReadOnlySpan<byte> body, long now)
    {
        if (!_peers.TryGetValue(header.Sender, out var peer)) return;
        var link = peer.Links[header.Partition];
        var reader = new WireReader(body);
        if (!SnapshotSource.TryReadChunk(ref reader, out var chunk))
        {
            Counters.Garbage++;
            return;
        }

        Counters.AnswersReceived++;
        if (!peer.IsAlive || link.Sync != SyncState.Requested || chunk.Nonce != link.SnapshotNonce || chunk.Index != link.NextChunk) return;
        peer.HeardAt = now;
        link.OpenSnapshotRequest = Answered(link.OpenSnapshotRequest);
        if (chunk.Index == 0) Begin(peer, link, chunk);
        ApplyChunk(peer, link, reader);
        link.NextChunk++;
        link.SnapshotAttempts = 0;
        if (chunk.IsLast)
        {
            _view.Remove(peer.Node, link.Partition, chunk.Base, isQuiet: !_isJoined);
            link.Sync = SyncState.Done;
            link.Removals.Clear();
            Evaluate(now);
        }
        else if (HasRoom())
        {
            AskChunk(peer, link, now);
        }
        else
        {
            link.IsSnapshotPaused = true;
        }
    }

    private void Begin(Peer peer, ReceiveLink link, SnapshotChunk chunk)
    {
        link.StateBase = chunk.Base;
        if (link.IsPositioned) return;
        link.StartAfter(chunk.ResumeFrom - 1);
        if (chunk.Lost == 0) return;
        link.Lost += (long)chunk.Lost;
        Counters.Lost += (long)chunk.Lost;
        ClusterLog.Lost(_logger, (long)chunk.Lost, peer.Id, peer.Label, link.Partition, "they were said before the two nodes first heard each other");
    }

    private void ApplyChunk(Peer peer, ReceiveLink link, WireReader reader)
    {
        while (reader.Rest.Length > 0)
        {
            var sequence = reader.UInt64();
            var bytes = reader.Take(reader.Count());
            if (reader.Failed || !ClusterEntry.TryRead(bytes, out var entry))
            {
                Counters.Garbage++;
                if (reader.Failed) return;
                continue;
            }

            if (link.Removals.TryGetValue((entry.Kind, entry.AppId, entry.Name, entry.UserId), out var removedAt) && removedAt > sequence) continue;
            if (!entry.IsState && entry.Kind != EntryKind.LastEvent) continue;
            try
            {
                _view.Apply(peer.Node, entry, sequence, isQuiet: !_isJoined);
            }
            catch (Exception e)
            {
                Counters.Garbage++;
                ClusterLog.ApplyFailed(_logger, e, peer.Id);
            }
        }
    }
}

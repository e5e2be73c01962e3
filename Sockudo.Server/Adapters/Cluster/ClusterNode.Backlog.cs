using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// Applying batches. What waited for long comes much at once: after an outage of the broker its sender says all of it again. It is
/// applied in slices, each only while the queues of the clients here are below half, so that no client that reads is closed for it.
/// </summary>
internal sealed partial class ClusterNode
{
    /// <summary>A batch whose first entry has waited for so long is a backlog. Younger ones are news, which no slow client may hold up.</summary>
    private const long BacklogMs = 1000;

    /// <summary>So is a younger one that is large: what a short outage held back is much too, while news that wait for nothing come in small batches at once.</summary>
    private const long LargeBacklogMs = 100;

    private const int LargeBacklogBytes = 64 * 1024;

    // A tenth of the frames, and less of the bytes, that may wait for a client by default.
    private const int SliceEntries = 100;
    private const int SliceBytes = 32 * 1024;

    /// <summary>Applies a batch; false when it waits for room, and then its rest is kept.</summary>
    private bool ApplyPaced(Peer peer, ReceiveLink link, ref Batch batch, ReadOnlySpan<byte> body, long now)
    {
        var isPaced = batch.AgeMs >= BacklogMs || (batch.AgeMs >= LargeBacklogMs && body.Length >= LargeBacklogBytes);
        if (Apply(peer, link, ref batch, isPaced)) return true;
        link.Pause(batch.First, batch.Last, body, now);
        return false;
    }

    private void ApplyHeld(Peer peer, ReceiveLink link, long now)
    {
        while (link.TakeHeld() is { } body)
        {
            if (Batch.TryRead(new WireReader(body), out var batch) && !ApplyPaced(peer, link, ref batch, body, now)) return;
        }
    }

    private void ApplyHeldAtOnce(Peer peer, ReceiveLink link)
    {
        while (link.TakeHeld() is { } body)
        {
            if (Batch.TryRead(new WireReader(body), out var batch)) Apply(peer, link, ref batch, isPaced: false);
        }
    }

    /// <summary>Goes on with a backlog: there is room, or it has waited long enough for a client that does not read and is closed when its queue is full.</summary>
    private void Resume(Peer peer, ReceiveLink link, long now, bool isForced)
    {
        link.IsRepairPaused = false;
        if (link.TakeHeld() is { } body && Batch.TryRead(new WireReader(body), out var batch))
        {
            if (isForced) Apply(peer, link, ref batch, isPaced: false);
            else ApplyPaced(peer, link, ref batch, body, now);
        }

        if (link.IsRepairPaused) return;
        ApplyHeld(peer, link, now);
        if (link.HasGap && !link.IsRepairPaused) AskRepair(peer, link, now);
    }

    // False when the local queues have no room for the rest.
    private bool Apply(Peer peer, ReceiveLink link, ref Batch batch, bool isPaced)
    {
        var sequence = batch.First;
        var (entries, length) = (SliceEntries, 0);
        while (batch.TryNext(out var bytes))
        {
            if (sequence <= link.Position)
            {
                sequence++;
                continue;
            }

            if (isPaced && (entries >= SliceEntries || length >= SliceBytes))
            {
                if (!HasRoom()) return false;
                (entries, length) = (0, 0);
            }

            (entries, length) = (entries + 1, length + bytes.Length);
            sequence++;
            link.Advance();
            Apply(peer, link, bytes, batch.SentAt);
        }

        if (sequence <= batch.Last) Counters.Garbage++;
        return true;
    }
}

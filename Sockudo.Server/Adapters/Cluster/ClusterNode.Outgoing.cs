using System.Diagnostics;
using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Backplane;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>What the bus writer of each partition sends, in which order.</summary>
internal sealed partial class ClusterNode
{
    private readonly Lane[] _lanes;

    /// <summary>Most bytes of entries in one message to the broker.</summary>
    private int ChunkBytes => Math.Min(_options.MaxBatchBytes - Envelope.Overhead, _limit.EntryBytes);

    // Below that not even the mark of a lost entry would pass.
    private const int LeastEntryBytes = 64;

    private const int LossTellMs = 1000;

    private long _lossToldAt = -LossTellMs;

    /// <summary>
    /// Takes the next message of a partition; false when there is none. Called by that partition's writer only, which publishes one
    /// after another and reports each by <see cref="Published"/>.
    /// </summary>
    public bool TryTake(int partition, out Outgoing outgoing)
    {
        _view.Totals.AppendChanged();
        var lane = _lanes[partition];
        var stream = _streams[partition];
        lock (_gate)
        {
            var now = _clock.Milliseconds;
            if (lane.MustResend && _isDriverConnected)
            {
                lane.MustResend = false;
                stream.SendUnheardAgain();
            }

            if (TryTakeUnsequenced(lane, partition, now, out outgoing)) return true;
        }

        if (TryTakeBatch(lane, stream, partition, out outgoing)) return true;
        lock (_gate)
        {
            lane.WasDirectLast = false;
            return TryTakeDirect(lane, stream, out outgoing) || TryTakeGoodbye(lane, stream, partition, out outgoing);
        }
    }

    /// <summary>What became of the message taken last.</summary>
    public void Published(int partition, Outgoing outgoing, PublishResult result)
    {
        var isSent = result == PublishResult.Sent;
        foreach (var span in outgoing.Spans ?? []) BusTrace.End(span, isSent ? null : "broker");
        lock (_gate)
        {
            Counters.Sent++;
            Counters.SentBytes += outgoing.Bytes.Length;
            var lane = _lanes[partition];
            if (isSent)
            {
                NoteTaken(lane, partition, outgoing);
                return;
            }

            Counters.SendFailures++;
            lane.MustResend = true;

            // What became too large while it was on its way is cut anew.
            if (outgoing.Last == 0 || outgoing.Bytes.Length > _limit.MessageBytes) return;
            if (lane.Refusals.Failed(outgoing.First, outgoing.Last, result)) Lose(_streams[partition], partition, outgoing.First, outgoing.Bytes.Length);

            // Whether the broker takes anything at all is known when a heartbeat passes between two attempts.
            if (result == PublishResult.Failed) lane.IsHeartbeatDue = true;
        }
    }

    /// <summary>Whether the goodbye of every partition was given to the broker.</summary>
    public bool HasLeft
    {
        get
        {
            lock (_gate) return _isLeaving && Array.TrueForAll(_lanes, static lane => !lane.IsGoodbyeDue);
        }
    }

    private void NoteTaken(Lane lane, int partition, Outgoing outgoing)
    {
        if (outgoing.Last > 0)
        {
            _streams[partition].Taken(outgoing.Last);
            lane.Refusals.Taken(outgoing.First, outgoing.Last);
        }
        else if (outgoing.Topic == _topics.Stream(partition))
        {
            lane.Refusals.HeartbeatTaken();
        }
    }

    /// <summary>Gives up an entry that has a sequence and can never be sent: a mark takes its place, so that receivers get past it.</summary>
    private void Lose(EventStream stream, int partition, ulong sequence, int bytes)
    {
        if (!stream.Lose(sequence)) return;
        Counters.Unsendable++;
        var now = _clock.Milliseconds;
        if (now - _lossToldAt < LossTellMs) return;
        _lossToldAt = now;
        ClusterLog.Unsendable(_logger, sequence, partition, bytes, _limit.MessageBytes, Counters.Unsendable);
    }

    private bool TryTakeUnsequenced(Lane lane, int partition, long now, out Outgoing outgoing)
    {
        if (lane.IsHelloDue || lane.IsHeartbeatDue)
        {
            var kind = lane.IsHelloDue ? MessageKind.Hello : MessageKind.Heartbeat;
            if (lane.IsHelloDue) lane.IsHelloDue = false;
            else lane.IsHeartbeatDue = false;
            outgoing = new Outgoing(_topics.Stream(partition), Heartbeat(kind, partition, now));
            return true;
        }

        // Answers and the stream take turns, so that neither a repair nor the news waits for the other's end.
        if (!lane.WasDirectLast) return TryTakeDirect(lane, _streams[partition], out outgoing);
        outgoing = default;
        return false;
    }

    private bool TryTakeDirect(Lane lane, EventStream stream, out Outgoing outgoing)
    {
        do
        {
            if (!lane.Direct.TryDequeue(out outgoing)) return false;
        }
        while (outgoing.Bytes.Length > _limit.MessageBytes); // made for a broker that took more: whoever waits for it asks again

        lane.WasDirectLast = stream.HasUnsent;
        return true;
    }

    private bool TryTakeBatch(Lane lane, EventStream stream, int partition, out Outgoing outgoing)
    {
        outgoing = default;
        lane.WasDirectLast = false;
        lane.Scratch.Clear();
        if (_limit.EntryBytes < LeastEntryBytes || !stream.TryTakeUnsent(ChunkBytes, lane.Scratch, out var first, lane.Refusals.MaxEntries)) return false;
        if (lane.Scratch is [var only] && only.Length > _limit.EntryBytes)
        {
            if (only.Bus is { } bus) BusTrace.End(bus, "too_large");
            lock (_gate) Lose(stream, partition, first, only.Length);
            lane.Scratch[0] = StreamEntry.Lost(only.At);
        }

        var last = first + (ulong)lane.Scratch.Count - 1;
        var writer = new WireWriter(default);
        _envelope.Begin(ref writer, MessageKind.Batch, partition);
        Batch.Write(ref writer, first, _clock.Milliseconds, lane.Scratch);
        outgoing = new Outgoing(_topics.Stream(partition), _envelope.End(ref writer), ServerTracing.IsOn ? SpansOf(lane.Scratch) : null, first, last);
        lane.Scratch.Clear();
        return true;
    }

    private static List<Activity>? SpansOf(List<StreamEntry> entries)
    {
        List<Activity>? spans = null;
        foreach (var entry in entries)
        {
            if (entry.Bus is { } bus) (spans ??= []).Add(bus);
        }

        return spans;
    }

    private bool TryTakeGoodbye(Lane lane, EventStream stream, int partition, out Outgoing outgoing)
    {
        outgoing = default;
        if (!lane.IsGoodbyeDue) return false;
        lane.IsGoodbyeDue = false;
        var writer = new WireWriter(stackalloc byte[128]);
        _envelope.Begin(ref writer, MessageKind.Goodbye, partition);
        writer.UInt64(stream.SentUpTo);
        outgoing = new Outgoing(_topics.Stream(partition), _envelope.End(ref writer));
        return true;
    }

    private void SendTo(NodeId node, int partition, byte[] message)
    {
        var lane = _lanes[partition];
        if (lane.Direct.Count >= Lane.MaxDirect) return;
        lane.Direct.Enqueue(new Outgoing(_topics.Node(node), message));
        Pending(partition);
    }
}

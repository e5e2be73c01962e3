using System.Diagnostics;
using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>What the bus writer of each partition sends, in which order.</summary>
internal sealed partial class ClusterNode
{
    private readonly Lane[] _lanes;

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
    public void Published(int partition, Outgoing outgoing, bool isSent)
    {
        foreach (var span in outgoing.Spans ?? []) BusTrace.End(span, isSent ? null : "broker");
        lock (_gate)
        {
            Counters.Sent++;
            Counters.SentBytes += outgoing.Bytes.Length;
            if (isSent) return;
            Counters.SendFailures++;
            _lanes[partition].MustResend = true;
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

    private static bool TryTakeDirect(Lane lane, EventStream stream, out Outgoing outgoing)
    {
        if (!lane.Direct.TryDequeue(out outgoing)) return false;
        lane.WasDirectLast = stream.HasUnsent;
        return true;
    }

    private bool TryTakeBatch(Lane lane, EventStream stream, int partition, out Outgoing outgoing)
    {
        outgoing = default;
        lane.WasDirectLast = false;
        lane.Scratch.Clear();
        if (!stream.TryTakeUnsent(_chunkBytes, lane.Scratch, out var first)) return false;
        var writer = new WireWriter(default);
        _envelope.Begin(ref writer, MessageKind.Batch, partition);
        Batch.Write(ref writer, first, _clock.Milliseconds, lane.Scratch);
        outgoing = new Outgoing(_topics.Stream(partition), _envelope.End(ref writer), ServerTracing.IsOn ? SpansOf(lane.Scratch) : null);
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

using System.Buffers;
using Sockudo.Server.Queueing;

namespace Sockudo.Server.Webhooks;

/// <summary>Events that will be one request. Owned by the batcher's loop.</summary>
internal sealed class Batch
{
    private ArrayBufferWriter<byte> _body = new(512);

    /// <param name="lane">Where they go.</param>
    /// <param name="timeMs">When the first of them happened.</param>
    /// <param name="sequence">The place of the first of them.</param>
    /// <param name="due">When it is sent at the latest, by the batcher's clock.</param>
    public Batch(JobLane lane, long timeMs, long sequence, long due)
    {
        Lane = lane;
        Sequence = sequence;
        Due = due;
        WebhookBody.Begin(_body, timeMs);
    }

    public JobLane Lane { get; }

    public long Sequence { get; }

    public long Due { get; }

    public int Count { get; private set; }

    /// <summary>Whether it is a job already.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The body's size when it ended now. Unit: bytes.</summary>
    public int Bytes => _body.WrittenCount + 2;

    /// <summary>Adds an event.</summary>
    public void Add(ReadOnlySpan<byte> json) => WebhookBody.Add(_body, json, isFirst: Count++ == 0);

    /// <summary>Ends it.</summary>
    public ReadOnlyMemory<byte> End()
    {
        WebhookBody.End(_body);
        // A copy of the right size: a job waits for minutes, and what it is said to hold must be what it holds.
        var body = _body.WrittenSpan.ToArray();

        // The batcher may hold an ended batch until those before it are due.
        _body = new ArrayBufferWriter<byte>();
        IsEnded = true;
        return body;
    }
}

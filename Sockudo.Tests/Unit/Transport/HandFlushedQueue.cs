using System.Runtime.CompilerServices;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>A queue whose flush is driven by hand: the loop's thread has ended before the first frame.</summary>
public abstract class HandFlushedQueue : IDisposable
{
    private readonly OutputLoop _loop = new(0);

    protected HandFlushedQueue() => _loop.Dispose();

    private protected FakeSink Sink { get; } = new();

    private protected OutputRecord Record { get; } = new();

    private protected byte[] Scratch { get; } = new byte[64 * 1024];

    public void Dispose()
    {
        _loop.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected OutboundQueue Queue(int? maxFrames = 1000, int maxBytes = 1024 * 1024) => new(_loop, Sink, Record, maxFrames, maxBytes);

    /// <summary>A queue that was given a frame of one byte and flushed.</summary>
    private protected OutboundQueue FlushedQueue()
    {
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(Scratch);
        return queue;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private protected static WeakReference[] EnqueueWeakly(OutboundQueue queue, int count)
    {
        var references = new WeakReference[count];
        for (var i = 0; i < count; i++)
        {
            var frame = new byte[100];
            references[i] = new WeakReference(frame);
            queue.Enqueue(frame);
        }

        return references;
    }
}

using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>What is enqueued leaves in its order, in few writes, and is let go of.</summary>
public sealed class OutboundQueueTests : HandFlushedQueue
{
    [Fact]
    public void A_frame_leaves_as_it_is()
    {
        var queue = Queue();
        queue.Enqueue([1, 2, 3]);
        queue.Flush(Scratch);

        Assert.Equal([1, 2, 3], Sink.Bytes);
    }

    [Fact]
    public void Frames_that_wait_together_leave_in_one_write()
    {
        var queue = Queue();
        for (byte i = 0; i < 100; i++) queue.Enqueue([i, i]);
        queue.Flush(Scratch);

        Assert.Equal(1, Sink.TryWrites);
    }

    [Fact]
    public void Frames_leave_in_the_order_in_which_they_came()
    {
        var queue = Queue();
        for (byte i = 0; i < 100; i++) queue.Enqueue([i]);
        queue.Flush(Scratch);

        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (byte)i), Sink.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(64 * 1024 - 1)]
    [InlineData(64 * 1024)]
    [InlineData(64 * 1024 + 1)]
    [InlineData(1_000_000)]
    public void Frames_of_any_size_keep_their_order_among_small_ones(int size)
    {
        var queue = Queue(maxBytes: int.MaxValue);
        byte[][] frames = [[1], Filled(2, size), [3], [4], Filled(5, size), Filled(6, size), [7]];
        foreach (var frame in frames) queue.Enqueue(frame);
        queue.Flush(Scratch);

        Assert.Equal(Join(frames), Sink.Bytes);
    }

    [Fact]
    public void What_was_sent_is_reported_once()
    {
        var queue = Queue();
        queue.Enqueue([1, 2]);
        queue.Enqueue([3]);
        queue.Flush(Scratch);

        Assert.Equal((2, 3), (Record.Frames, Record.Bytes));
    }

    [Fact]
    public void A_sent_frame_is_not_kept()
    {
        var queue = Queue();
        var frames = EnqueueWeakly(queue, 40);
        queue.Flush(Scratch);
        GC.Collect();

        Assert.DoesNotContain(frames, static frame => frame.IsAlive);
        GC.KeepAlive(queue);
    }

    [Fact]
    public void The_frame_a_queue_was_given_is_written_by_reference_and_never_changed()
    {
        Sink.Room = static _ => 1;
        var queue = Queue();
        byte[] shared = [1, 2, 3];
        queue.Enqueue(shared);
        queue.Flush(Scratch);

        Assert.Equal([1, 2, 3], shared);
        Assert.Equal(shared, Sink.Bytes);
    }

    private static byte[] Filled(byte value, int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static byte[] Join(IEnumerable<byte[]> frames) => [.. frames.SelectMany(static frame => frame)];
}

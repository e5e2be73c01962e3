using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>The last frames of a connection, and when they have left.</summary>
public sealed class OutboundQueueClosingTests : HandFlushedQueue
{
    [Fact]
    public void The_closing_frames_are_the_last()
    {
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Close([[2], [3]], discard: false, out _);
        queue.Enqueue([4]);
        queue.Flush(Scratch);

        Assert.Equal([1, 2, 3], Sink.Bytes);
    }

    [Fact]
    public void A_closing_queue_takes_no_frame()
    {
        var queue = Queue();
        queue.Close([[2]], discard: false, out _);

        Assert.Equal(EnqueueResult.Closed, queue.Enqueue([4]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_queue_closes_once(bool discard)
    {
        var queue = Queue();
        Assert.True(queue.Close([[1]], discard, out _));
        Assert.False(queue.Close([[2]], discard, out _));
        queue.Flush(Scratch);

        Assert.Equal([1], Sink.Bytes);
    }

    [Fact]
    public void Closing_with_discard_drops_what_was_not_begun_and_says_how_much()
    {
        var queue = Queue();
        for (byte i = 0; i < 5; i++) queue.Enqueue([i]);
        queue.Close([[9]], discard: true, out var dropped);
        queue.Flush(Scratch);

        Assert.Equal((5, 9), (dropped, Assert.Single(Sink.Bytes)));
    }

    [Fact]
    public async Task Closing_with_discard_finishes_the_frame_in_progress()
    {
        Sink.Room = static _ => 2;
        Sink.Hold();
        var queue = Queue();
        queue.Enqueue([1, 2, 3, 4]);
        queue.Flush(Scratch);
        queue.Enqueue([5, 6]);
        queue.Close([[7]], discard: true, out _);
        Sink.Release();
        await queue.WhenClosedAsync().DeadlineAsync();

        Assert.Equal([1, 2, 3, 4, 7], Sink.Bytes);
    }

    [Fact]
    public void A_queue_is_not_closed_before_its_last_frame_was_written()
    {
        var queue = Queue();
        queue.Close([[1]], discard: false, out _);

        Assert.False(queue.WhenClosedAsync().IsCompleted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_queue_is_closed_when_its_last_frame_was_written(bool askBefore)
    {
        var queue = Queue();
        queue.Close([[1]], discard: false, out _);
        var closed = askBefore ? queue.WhenClosedAsync() : null;
        queue.Flush(Scratch);

        await (closed ?? queue.WhenClosedAsync()).DeadlineAsync();
    }

    [Fact]
    public void A_queue_is_not_closed_while_its_drain_waits()
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = Queue();
        queue.Close([[1]], discard: false, out _);
        queue.Flush(Scratch);

        Assert.False(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_queue_is_not_closed_while_the_sink_still_buffers_its_last_frame()
    {
        Sink.Hold();
        var queue = Queue();
        queue.Close([[1]], discard: false, out _);
        queue.Flush(Scratch);

        Assert.False(queue.WhenClosedAsync().IsCompleted);
    }
}

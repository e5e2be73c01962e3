using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>A transport that is gone, or given up.</summary>
public sealed class OutboundQueueFailureTests : HandFlushedQueue
{
    [Fact]
    public void A_failed_queue_keeps_no_frame()
    {
        var queue = Queue();
        var frames = EnqueueWeakly(queue, 40);
        queue.Fail();
        GC.Collect();

        Assert.DoesNotContain(frames, static frame => frame.IsAlive);
        GC.KeepAlive(queue);
    }

    [Fact]
    public void A_failed_queue_does_not_close()
    {
        var queue = Queue();
        queue.Fail();

        Assert.False(queue.Close([[1]], discard: false, out _));
    }

    [Fact]
    public void A_failed_queue_is_not_closed_while_its_drain_is_inside_the_sink()
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = FlushedQueue();
        queue.Fail();

        Assert.False(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_failed_queue_is_not_closed_while_the_loop_is_inside_the_sink()
    {
        var queue = Queue();
        var closed = true;
        Sink.Room = offered =>
        {
            queue.Fail();
            closed = queue.WhenClosedAsync().IsCompleted;
            return offered;
        };
        queue.Enqueue([1]);
        queue.Flush(Scratch);

        Assert.False(closed);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public async Task An_abort_ends_a_waiting_drain()
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = FlushedQueue();
        queue.Abort();

        await queue.WhenClosedAsync().DeadlineAsync();
        Assert.Empty(Sink.Bytes);
    }

    [Fact]
    public void A_failed_idle_queue_is_closed_at_once()
    {
        var queue = Queue();
        queue.Fail();

        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_peer_that_is_gone_fails_the_queue()
    {
        Sink.Room = static _ => -1;
        var queue = FlushedQueue();

        Assert.True(queue.IsFailed);
        Assert.Equal(EnqueueResult.Closed, queue.Enqueue([2]));
    }

    [Fact]
    public void A_peer_that_is_gone_with_more_waiting_ends_the_queue()
    {
        Sink.Room = static _ => -1;
        var queue = Queue(maxBytes: int.MaxValue);
        for (var i = 0; i < 5; i++) queue.Enqueue(new byte[50_000]);
        queue.Flush(Scratch);

        Assert.Equal(1, Sink.TryWrites);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_peer_that_goes_while_the_queue_is_parked_fails_it()
    {
        Sink.Room = static _ => 0;
        Sink.IsAlive = false;
        var queue = FlushedQueue();

        Assert.True(queue.IsFailed);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_failure_is_reported_once()
    {
        Sink.Room = static _ => -1;
        var queue = FlushedQueue();
        queue.Fail();
        queue.Abort();

        Assert.Equal(1, Record.Failures);
    }

    [Fact]
    public void A_sink_that_throws_while_draining_fails_the_queue()
    {
        Sink.Room = static _ => 0;
        Sink.BeforeWaitingWrite = static () => throw new InvalidOperationException("a defect");
        var queue = FlushedQueue();

        Assert.True(queue.IsFailed);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_write_that_failed_reports_nothing_sent()
    {
        Sink.Room = static _ => -1;
        FlushedQueue();

        Assert.Equal(0, Record.Frames);
    }
}

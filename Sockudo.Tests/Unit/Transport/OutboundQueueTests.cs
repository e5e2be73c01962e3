using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>The queue with its flush driven by hand: the loop's thread has ended before the first frame.</summary>
public sealed class OutboundQueueTests : IDisposable
{
    private readonly FakeSink _sink = new();
    private readonly OutputRecord _record = new();
    private readonly OutputLoop _loop = new(0);
    private readonly byte[] _scratch = new byte[64 * 1024];

    public OutboundQueueTests() => _loop.Dispose();

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_frame_leaves_as_it_is()
    {
        var queue = Queue();
        queue.Enqueue([1, 2, 3]);
        queue.Flush(_scratch);

        Assert.Equal([1, 2, 3], _sink.Bytes);
    }

    [Fact]
    public void Frames_that_wait_together_leave_in_one_write()
    {
        var queue = Queue();
        for (byte i = 0; i < 100; i++) queue.Enqueue([i, i]);
        queue.Flush(_scratch);

        Assert.Equal(1, _sink.TryWrites);
    }

    [Fact]
    public void Frames_leave_in_the_order_in_which_they_came()
    {
        var queue = Queue();
        for (byte i = 0; i < 100; i++) queue.Enqueue([i]);
        queue.Flush(_scratch);

        Assert.Equal(Enumerable.Range(0, 100).Select(static i => (byte)i), _sink.Bytes);
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
        queue.Flush(_scratch);

        Assert.Equal(Join(frames), _sink.Bytes);
    }

    [Fact]
    public void What_was_sent_is_reported_once()
    {
        var queue = Queue();
        queue.Enqueue([1, 2]);
        queue.Enqueue([3]);
        queue.Flush(_scratch);

        Assert.Equal((2, 3), (_record.Frames, _record.Bytes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_write_that_is_cut_short_is_finished_by_the_drain(int taken)
    {
        _sink.Room = offered => Math.Min(offered, taken);
        var queue = Queue();
        queue.Enqueue([1, 2, 3, 4, 5]);
        queue.Enqueue([6, 7, 8, 9, 10]);
        queue.Flush(_scratch);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], _sink.Bytes);
    }

    [Fact]
    public void What_a_drain_finished_is_reported_once()
    {
        _sink.Room = static _ => 3;
        var queue = Queue();
        queue.Enqueue([1, 2, 3, 4]);
        queue.Enqueue([5]);
        queue.Flush(_scratch);

        Assert.Equal((2, 5), (_record.Frames, _record.Bytes));
    }

    [Fact]
    public void While_parked_the_loop_writes_nothing()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);
        queue.Enqueue([2]);
        queue.Flush(_scratch);

        Assert.Equal(1, _sink.TryWrites);
    }

    [Fact]
    public async Task What_comes_while_parked_leaves_with_the_drain_in_order()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);
        for (byte i = 2; i < 50; i++) queue.Enqueue([i]);
        _sink.Release();
        await _sink.UntilAsync(static sink => sink.Bytes.Length == 49);

        Assert.Equal(Enumerable.Range(1, 49).Select(static i => (byte)i), _sink.Bytes);
    }

    [Fact]
    public async Task A_drain_joins_what_waited_into_few_writes()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);
        for (byte i = 2; i < 50; i++) queue.Enqueue([i]);
        _sink.Release();
        await _sink.UntilAsync(static sink => sink.Bytes.Length == 49);

        Assert.Equal(2, _sink.WaitingWrites);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void A_queue_whose_socket_takes_no_more_takes_as_many_frames_as_its_limit(int limit)
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue(maxFrames: limit);
        queue.Enqueue([0]);
        queue.Flush(_scratch);
        for (var i = 0; i < limit; i++) Assert.Equal(EnqueueResult.Queued, queue.Enqueue([1]));

        Assert.Equal(EnqueueResult.Full, queue.Enqueue([1]));
    }

    [Fact]
    public void A_burst_that_the_loop_has_not_come_to_is_no_slow_client()
    {
        var queue = Queue(maxFrames: 3);
        for (var i = 0; i < 1000; i++) Assert.Equal(EnqueueResult.Queued, queue.Enqueue([1]));
    }

    [Theory]
    [InlineData(10, 10, true)]
    [InlineData(10, 11, false)]
    [InlineData(20, 1, false)]
    [InlineData(1, 19, true)]
    public void A_queue_takes_as_many_bytes_as_its_limit(int first, int second, bool isTaken)
    {
        var queue = Queue(maxBytes: 20);
        queue.Enqueue(new byte[first]);

        Assert.Equal(isTaken ? EnqueueResult.Queued : EnqueueResult.Full, queue.Enqueue(new byte[second]));
    }

    [Fact]
    public void A_frame_above_the_byte_limit_goes_to_a_client_with_nothing_waiting() =>
        Assert.Equal(EnqueueResult.Queued, Queue(maxBytes: 10).Enqueue(new byte[100]));

    [Fact]
    public void Parked_bytes_count_as_waiting()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue(maxBytes: 20);
        queue.Enqueue(new byte[15]);
        queue.Flush(_scratch);

        Assert.Equal(EnqueueResult.Full, queue.Enqueue(new byte[6]));
    }

    [Fact]
    public void Bytes_already_taken_do_not_count_as_waiting()
    {
        _sink.Room = static _ => 10;
        _sink.Hold();
        var queue = Queue(maxBytes: 20);
        queue.Enqueue(new byte[15]);
        queue.Flush(_scratch);

        Assert.Equal(EnqueueResult.Queued, queue.Enqueue(new byte[15]));
    }

    [Fact]
    public void A_slow_consumer_holds_no_more_than_the_limit_and_one_chunk()
    {
        const int Limit = 256 * 1024;
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue(maxFrames: int.MaxValue, maxBytes: Limit);
        var accepted = 0L;
        for (var i = 0; i < 2000; i++)
        {
            if (queue.Enqueue(new byte[1000]) == EnqueueResult.Queued) accepted += 1000;
            if (i == 100) queue.Flush(_scratch);
        }

        Assert.InRange(accepted, Limit - 1000, Limit + _scratch.Length);
    }

    [Fact]
    public void After_the_drain_there_is_room_again()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue(maxFrames: 1);
        queue.Enqueue([1]);
        queue.Flush(_scratch);
        queue.Enqueue([2]);
        Assert.Equal(EnqueueResult.Full, queue.Enqueue([3]));
        _sink.Release();

        Assert.True(SpinWait.SpinUntil(() => queue.Enqueue([3]) == EnqueueResult.Queued, Within.Deadline));
    }

    [Fact]
    public void A_sent_frame_is_not_kept()
    {
        var queue = Queue();
        var frames = EnqueueWeakly(queue, 40);
        queue.Flush(_scratch);
        GC.Collect();

        Assert.DoesNotContain(frames, static frame => frame.IsAlive);
        GC.KeepAlive(queue);
    }

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
    public void The_closing_frames_are_the_last()
    {
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Close([[2], [3]], discard: false, out _);
        queue.Enqueue([4]);
        queue.Flush(_scratch);

        Assert.Equal([1, 2, 3], _sink.Bytes);
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
        queue.Flush(_scratch);

        Assert.Equal([1], _sink.Bytes);
    }

    [Fact]
    public void A_failed_queue_does_not_close()
    {
        var queue = Queue();
        queue.Fail();

        Assert.False(queue.Close([[1]], discard: false, out _));
    }

    [Fact]
    public void Closing_with_discard_drops_what_was_not_begun_and_says_how_much()
    {
        var queue = Queue();
        for (byte i = 0; i < 5; i++) queue.Enqueue([i]);
        queue.Close([[9]], discard: true, out var dropped);
        queue.Flush(_scratch);

        Assert.Equal((5, 9), (dropped, Assert.Single(_sink.Bytes)));
    }

    [Fact]
    public async Task Closing_with_discard_finishes_the_frame_in_progress()
    {
        _sink.Room = static _ => 2;
        _sink.Hold();
        var queue = Queue();
        queue.Enqueue([1, 2, 3, 4]);
        queue.Flush(_scratch);
        queue.Enqueue([5, 6]);
        queue.Close([[7]], discard: true, out _);
        _sink.Release();
        await queue.WhenClosedAsync().DeadlineAsync();

        Assert.Equal([1, 2, 3, 4, 7], _sink.Bytes);
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
        queue.Flush(_scratch);

        await (closed ?? queue.WhenClosedAsync()).DeadlineAsync();
    }

    [Fact]
    public void A_queue_is_not_closed_while_its_drain_waits()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue();
        queue.Close([[1]], discard: false, out _);
        queue.Flush(_scratch);

        Assert.False(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_queue_is_not_closed_while_the_sink_still_buffers_its_last_frame()
    {
        _sink.Hold();
        var queue = Queue();
        queue.Close([[1]], discard: false, out _);
        queue.Flush(_scratch);

        Assert.False(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_failed_queue_is_not_closed_while_its_drain_is_inside_the_sink()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);
        queue.Fail();

        Assert.False(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_failed_queue_is_not_closed_while_the_loop_is_inside_the_sink()
    {
        var queue = Queue();
        var closed = true;
        _sink.Room = offered =>
        {
            queue.Fail();
            closed = queue.WhenClosedAsync().IsCompleted;
            return offered;
        };
        queue.Enqueue([1]);
        queue.Flush(_scratch);

        Assert.False(closed);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public async Task An_abort_ends_a_waiting_drain()
    {
        _sink.Room = static _ => 0;
        _sink.Hold();
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);
        queue.Abort();

        await queue.WhenClosedAsync().DeadlineAsync();
        Assert.Empty(_sink.Bytes);
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
        _sink.Room = static _ => -1;
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);

        Assert.True(queue.IsFailed);
        Assert.Equal(EnqueueResult.Closed, queue.Enqueue([2]));
    }

    [Fact]
    public void A_peer_that_is_gone_with_more_waiting_ends_the_queue()
    {
        _sink.Room = static _ => -1;
        var queue = Queue(maxBytes: int.MaxValue);
        for (var i = 0; i < 5; i++) queue.Enqueue(new byte[50_000]);
        queue.Flush(_scratch);

        Assert.Equal(1, _sink.TryWrites);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_peer_that_goes_while_the_queue_is_parked_fails_it()
    {
        _sink.Room = static _ => 0;
        _sink.IsAlive = false;
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);

        Assert.True(queue.IsFailed);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_failure_is_reported_once()
    {
        _sink.Room = static _ => -1;
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);
        queue.Fail();
        queue.Abort();

        Assert.Equal(1, _record.Failures);
    }

    [Fact]
    public void A_sink_that_throws_while_draining_fails_the_queue()
    {
        _sink.Room = static _ => 0;
        _sink.BeforeWaitingWrite = static () => throw new InvalidOperationException("a defect");
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);

        Assert.True(queue.IsFailed);
        Assert.True(queue.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public void A_write_that_failed_reports_nothing_sent()
    {
        _sink.Room = static _ => -1;
        var queue = Queue();
        queue.Enqueue([1]);
        queue.Flush(_scratch);

        Assert.Equal(0, _record.Frames);
    }

    [Fact]
    public void The_frame_a_queue_was_given_is_written_by_reference_and_never_changed()
    {
        _sink.Room = static _ => 1;
        var queue = Queue();
        byte[] shared = [1, 2, 3];
        queue.Enqueue(shared);
        queue.Flush(_scratch);

        Assert.Equal([1, 2, 3], shared);
        Assert.Equal(shared, _sink.Bytes);
    }

    private OutboundQueue Queue(int? maxFrames = 1000, int maxBytes = 1024 * 1024) => new(_loop, _sink, _record, maxFrames, maxBytes);

    private static byte[] Filled(byte value, int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, value);
        return bytes;
    }

    private static byte[] Join(IEnumerable<byte[]> frames) => [.. frames.SelectMany(static frame => frame)];

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference[] EnqueueWeakly(OutboundQueue queue, int count)
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

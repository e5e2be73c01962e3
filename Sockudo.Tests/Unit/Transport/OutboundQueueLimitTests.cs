using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>How much may wait for a client, in frames and in bytes.</summary>
public sealed class OutboundQueueLimitTests : HandFlushedQueue
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void A_queue_whose_socket_takes_no_more_takes_as_many_frames_as_its_limit(int limit)
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = Queue(maxFrames: limit);
        queue.Enqueue([0]);
        queue.Flush(Scratch);
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
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = Queue(maxBytes: 20);
        queue.Enqueue(new byte[15]);
        queue.Flush(Scratch);

        Assert.Equal(EnqueueResult.Full, queue.Enqueue(new byte[6]));
    }

    [Fact]
    public void Bytes_already_taken_do_not_count_as_waiting()
    {
        Sink.Room = static _ => 10;
        Sink.Hold();
        var queue = Queue(maxBytes: 20);
        queue.Enqueue(new byte[15]);
        queue.Flush(Scratch);

        Assert.Equal(EnqueueResult.Queued, queue.Enqueue(new byte[15]));
    }

    [Fact]
    public void A_slow_consumer_holds_no_more_than_the_limit_and_one_chunk()
    {
        const int Limit = 256 * 1024;
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = Queue(maxFrames: int.MaxValue, maxBytes: Limit);
        var accepted = 0L;
        for (var i = 0; i < 2000; i++)
        {
            if (queue.Enqueue(new byte[1000]) == EnqueueResult.Queued) accepted += 1000;
            if (i == 100) queue.Flush(Scratch);
        }

        Assert.InRange(accepted, Limit - 1000, Limit + Scratch.Length);
    }

    [Fact]
    public void After_the_drain_there_is_room_again()
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = Queue(maxFrames: 1);
        queue.Enqueue([1]);
        queue.Flush(Scratch);
        queue.Enqueue([2]);
        Assert.Equal(EnqueueResult.Full, queue.Enqueue([3]));
        Sink.Release();

        Assert.True(SpinWait.SpinUntil(() => queue.Enqueue([3]) == EnqueueResult.Queued, Within.Deadline));
    }
}

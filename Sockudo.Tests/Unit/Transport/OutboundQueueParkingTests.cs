using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>A socket that does not take everything: the queue is parked, its drain the only writer.</summary>
public sealed class OutboundQueueParkingTests : HandFlushedQueue
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    public void A_write_that_is_cut_short_is_finished_by_the_drain(int taken)
    {
        Sink.Room = offered => Math.Min(offered, taken);
        var queue = Queue();
        queue.Enqueue([1, 2, 3, 4, 5]);
        queue.Enqueue([6, 7, 8, 9, 10]);
        queue.Flush(Scratch);

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Sink.Bytes);
    }

    [Fact]
    public void What_a_drain_finished_is_reported_once()
    {
        Sink.Room = static _ => 3;
        var queue = Queue();
        queue.Enqueue([1, 2, 3, 4]);
        queue.Enqueue([5]);
        queue.Flush(Scratch);

        Assert.Equal((2, 5), (Record.Frames, Record.Bytes));
    }

    [Fact]
    public void While_parked_the_loop_writes_nothing()
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = FlushedQueue();
        queue.Enqueue([2]);
        queue.Flush(Scratch);

        Assert.Equal(1, Sink.TryWrites);
    }

    [Fact]
    public async Task What_comes_while_parked_leaves_with_the_drain_in_order()
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = FlushedQueue();
        for (byte i = 2; i < 50; i++) queue.Enqueue([i]);
        Sink.Release();
        await Sink.UntilAsync(static sink => sink.Bytes.Length == 49);

        Assert.Equal(Enumerable.Range(1, 49).Select(static i => (byte)i), Sink.Bytes);
    }

    [Fact]
    public async Task A_drain_joins_what_waited_into_few_writes()
    {
        Sink.Room = static _ => 0;
        Sink.Hold();
        var queue = FlushedQueue();
        for (byte i = 2; i < 50; i++) queue.Enqueue([i]);
        Sink.Release();
        await Sink.UntilAsync(static sink => sink.Bytes.Length == 49);

        Assert.Equal(2, Sink.WaitingWrites);
    }
}

using Sockudo.Server.Transport;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>A socket that takes everything at once while more comes all the time: whose thread its drain is on is not kept.</summary>
public sealed class OutboundQueueFairnessTests : HandFlushedQueue
{
    private const int Frames = 1000;

    [Fact]
    public async Task A_drain_whose_sends_complete_at_once_gives_its_thread_back_after_sixteen()
    {
        var (queue, sent, onThisThread, isFlushing) = (Queue(maxFrames: null), 1, 0, true);
        var here = Environment.CurrentManagedThreadId;
        Sink.Room = static _ => 0;
        Sink.BeforeWaitingWrite = () =>
        {
            if (Volatile.Read(ref isFlushing) && Environment.CurrentManagedThreadId == here) onThisThread++;
            if (sent < Frames) queue.Enqueue([(byte)sent++]);
            return Task.CompletedTask;
        };
        queue.Enqueue([0]);
        queue.Flush(Scratch);
        Volatile.Write(ref isFlushing, false);

        Assert.Equal(OutboundQueue.SendsPerTurn, onThisThread);
        await Sink.UntilAsync(static sink => sink.Bytes.Length == Frames);
        Assert.Equal(Enumerable.Range(0, Frames).Select(static i => (byte)i), Sink.Bytes);
        Assert.False(Sink.WasOverlapped);
    }

    [Fact]
    public async Task A_queue_that_is_closed_while_its_drain_has_given_way_still_sends_its_end()
    {
        var (queue, sent) = (Queue(maxFrames: null), 1);
        Sink.Room = static _ => 0;
        Sink.BeforeWaitingWrite = () =>
        {
            if (sent == 40) queue.Close([[99]], discard: false, out _);
            if (sent++ < 40) queue.Enqueue([1]);
            return Task.CompletedTask;
        };
        queue.Enqueue([1]);
        queue.Flush(Scratch);
        await queue.WhenClosedAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal((41, 99), (Sink.Bytes.Length, Sink.Bytes[^1]));
    }
}

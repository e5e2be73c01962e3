using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class OutputLoopTests
{
    [Fact]
    public async Task A_frame_leaves_by_itself()
    {
        using var loop = new OutputLoop(0);
        var sink = new FakeSink();
        Queue(loop, sink).Enqueue([1, 2]);

        await sink.UntilAsync(static s => s.Bytes.Length == 2);
    }

    [Fact]
    public async Task An_idle_loop_wakes_for_each_of_many_single_frames()
    {
        using var loop = new OutputLoop(0);
        var sink = new FakeSink();
        var queue = Queue(loop, sink);
        for (var i = 1; i <= 2000; i++)
        {
            queue.Enqueue([1]);
            var sent = i;
            await sink.UntilAsync(s => s.Bytes.Length >= sent);
        }

        Assert.Equal(2000, sink.Bytes.Length);
    }

    [Fact]
    public async Task A_connection_that_was_parked_with_more_waiting_is_served_again()
    {
        using var loop = new OutputLoop(0);
        var room = 0;
        var sink = new FakeSink { Room = offered => room++ == 0 ? 10 : offered };
        sink.Hold();
        var queue = Queue(loop, sink);

        // Several turns' worth, so that the loop still has frames in hand when it parks.
        var blocked = new TaskCompletionSource();
        loop.Schedule(Queue(loop, Blocking(blocked.Task)));
        for (var i = 0; i < 4; i++) queue.Enqueue(new byte[40_000]);
        blocked.SetResult();
        await sink.UntilAsync(static s => s.WaitingWrites > 0);
        sink.Release();
        await sink.UntilAsync(static s => s.Bytes.Length == 160_000);
        queue.Enqueue([1]);

        await sink.UntilAsync(static s => s.Bytes.Length == 160_001);
    }

    [Fact]
    public async Task A_connection_that_was_parked_with_more_waiting_closes()
    {
        using var loop = new OutputLoop(0);
        var room = 0;
        var sink = new FakeSink { Room = offered => room++ == 0 ? 10 : offered };
        var queue = Queue(loop, sink);
        for (var i = 0; i < 4; i++) queue.Enqueue(new byte[64 * 1024]);
        await sink.UntilAsync(static s => s.Bytes.Length == 4 * 64 * 1024);
        queue.Close([[1]], discard: false, out _);

        await queue.WhenClosedAsync().DeadlineAsync();
    }

    [Fact]
    public async Task A_sink_that_throws_costs_its_own_connection_only()
    {
        using var loop = new OutputLoop(0);
        var broken = new FakeSink { Room = static _ => throw new InvalidOperationException("a defect") };
        var brokenQueue = Queue(loop, broken);
        var sound = new FakeSink();
        brokenQueue.Enqueue([1]);
        Queue(loop, sound).Enqueue([2]);

        await sound.UntilAsync(static s => s.Bytes.Length == 1);
        await brokenQueue.WhenClosedAsync().DeadlineAsync();
        Assert.True(brokenQueue.IsFailed && broken.IsAborted);
    }

    [Fact]
    public async Task A_parked_connection_does_not_hold_up_others()
    {
        using var loop = new OutputLoop(0);
        var slow = new FakeSink { Room = static _ => 0 };
        slow.Hold();
        var quick = new FakeSink();
        Queue(loop, slow).Enqueue([1]);
        await slow.UntilAsync(static s => s.WaitingWrites == 1);
        Queue(loop, quick).Enqueue([2]);

        await quick.UntilAsync(static s => s.Bytes.Length == 1);
    }

    [Fact]
    public void A_frame_for_an_ended_loop_is_no_error()
    {
        var loop = new OutputLoop(0);
        loop.Dispose();

        Assert.Equal(EnqueueResult.Queued, Queue(loop, new FakeSink()).Enqueue([1]));
    }

    [Fact]
    public void A_loop_may_be_ended_twice()
    {
        var loop = new OutputLoop(0);
        loop.Dispose();
        loop.Dispose();
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(3, 30)]
    public void Connections_are_spread_evenly(int count, int connections)
    {
        using var loops = new OutputLoops(count);
        var spread = Enumerable.Range(0, connections).Select(_ => loops.Next()).GroupBy(static loop => loop).Select(static group => group.Count());

        Assert.All(spread, size => Assert.Equal(connections / count, size));
    }

    private static OutboundQueue Queue(OutputLoop loop, FakeSink sink) => new(loop, sink, new OutputRecord(), null, int.MaxValue);

    private static FakeSink Blocking(Task until) => new() { Room = offered => until.Wait(Within.Deadline) ? offered : -1 };
}

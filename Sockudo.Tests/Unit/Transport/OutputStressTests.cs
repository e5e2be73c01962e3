using System.Buffers.Binary;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Transport;

public sealed class OutputStressTests(ITestOutputHelper output)
{
    private const int Publishers = 4;
    private const int Subscribers = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_subscriber_gets_every_frame_whole_and_each_publishers_in_order(int loopCount)
    {
        var random = Seed.Next(output.WriteLine);
        var framesEach = 800 * Seed.Scale;
        using var loops = new OutputLoops(loopCount);
        var sinks = Enumerable.Range(0, Subscribers).Select(_ => Erratic(new Random(random.Next()))).ToArray();
        var queues = sinks.Select(sink => new OutboundQueue(loops.Next(), sink, new OutputRecord(), null, int.MaxValue)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher =>
        {
            var sizes = new Random(random.Next());
            return Task.Run(() => Publish(queues, publisher, framesEach, sizes));
        })).DeadlineAsync();
        foreach (var queue in queues) queue.Close([ServerFrame.Close(1000, "")], discard: false, out _);
        await Task.WhenAll(queues.Select(static queue => queue.WhenClosedAsync())).DeadlineAsync();

        foreach (var sink in sinks)
        {
            Assert.False(sink.WasOverlapped);
            var frames = Wire.Server(sink.Bytes);
            Assert.Equal(Opcode.Close, frames[^1].Opcode);
            Assert.Equal((Publishers * framesEach) + 1, frames.Count);
            for (var publisher = 0; publisher < Publishers; publisher++)
            {
                var numbers = frames.Where(frame => frame.Opcode == Opcode.Binary && frame.Payload[0] == publisher).Select(Number);
                Assert.Equal(Enumerable.Range(0, framesEach), numbers);
            }
        }
    }

    [Fact]
    public async Task Closing_and_failing_under_fire_always_settles_and_never_cuts_a_frame()
    {
        var random = Seed.Next(output.WriteLine);
        using var loops = new OutputLoops(1);
        for (var round = 0; round < 150 * Seed.Scale; round++)
        {
            var sink = Erratic(new Random(random.Next()));
            var queue = new OutboundQueue(loops.Next(), sink, new OutputRecord(), 50, 100_000);
            var (how, after) = (random.Next(3), random.Next(200));
            var sizes = new Random(random.Next());
            var publish = Task.Run(() => Publish([queue], 1, 300, sizes), TestContext.Current.CancellationToken);
            var end = Task.Run(
                () =>
                {
                    Thread.SpinWait(after * 20);
                    if (how == 0) queue.Close([ServerFrame.Close(4000, "end")], discard: false, out _);
                    else if (how == 1) queue.Close([ServerFrame.Close(4100, "slow")], discard: true, out _);
                    else queue.Abort();
                },
                TestContext.Current.CancellationToken);
            await Task.WhenAll(publish, end, queue.WhenClosedAsync()).DeadlineAsync();

            Assert.False(sink.WasOverlapped);
            var frames = Wire.Server(sink.Bytes, allowCutEnd: how == 2);
            if (how != 2) Assert.Equal(Opcode.Close, frames[^1].Opcode);
        }
    }

    private static void Publish(OutboundQueue[] queues, int publisher, int count, Random sizes)
    {
        Span<byte> payload = stackalloc byte[1000];
        for (var i = 0; i < count; i++)
        {
            payload[0] = (byte)publisher;
            BinaryPrimitives.WriteInt32BigEndian(payload[1..], i);
            var frame = ServerFrame.Create(Opcode.Binary, payload[..sizes.Next(5, 1000)]);
            foreach (var queue in queues) queue.Enqueue(frame);
        }
    }

    private static int Number(WireFrame frame) => BinaryPrimitives.ReadInt32BigEndian(frame.Payload.AsSpan(1));

    // Takes everything, a part or nothing; a waiting write comes back at once or on another thread.
    private static FakeSink Erratic(Random random)
    {
        var gate = new Lock();
        int Roll(int below)
        {
            lock (gate) return random.Next(below);
        }

        return new FakeSink
        {
            Room = offered => Roll(4) switch { 0 => 0, 1 => Roll(offered), _ => offered },
            BeforeWaitingWrite = async () =>
            {
                if (Roll(2) == 0) await Task.Yield();
            },
        };
    }
}

using System.Diagnostics;
using System.Globalization;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Transport;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>A node that joins a cluster with many channels. Alone, as it measures the memory of the process.</summary>
[Collection(nameof(Faults.FaultRuns))]
public sealed class LargeSnapshotTests(ITestOutputHelper output)
{
    private const int Channels = 100_000;
    private const int Members = 10_000;

    // Of the envelope: see EnvelopeScenarios.
    private const int KindAt = 6;

    [Fact]
    public async Task A_joining_node_gets_a_hundred_thousand_channels_in_chunks_before_it_is_ready()
    {
        var broker = new MemoryBroker();
        using var loop = new OutputLoop(0);
        await using var origin = await RuntimeNode.StartAsync(broker, 0, new LockedObserver(new SimObserver("0", [])), Roomy);
        await RuntimeTests.Eventually(() => origin.IsReady, "the first is ready");
        var client = new RuntimeClient(loop);
        Assert.True(origin.Adapter.TryConnect(client.Connection));
        for (var i = 0; i < Channels; i++) client.Subscribe(origin, string.Create(CultureInfo.InvariantCulture, $"private-order-{i:x8}"), null);
        for (var i = 0; i < Members; i++)
        {
            var member = new RuntimeClient(loop);
            member.Subscribe(origin, $"presence-room-{i / 100}", string.Create(CultureInfo.InvariantCulture, $"user-{i}"));
        }

        var (chunks, bytes, largest) = (0, 0L, 0);
        broker.Seen = (_, message) =>
        {
            if (message.Span[KindAt] != (byte)MessageKind.SnapshotChunk) return;
            chunks++;
            bytes += message.Length;
            largest = Math.Max(largest, message.Length);
        };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        await using var late = await RuntimeNode.StartAsync(broker, 1, new LockedObserver(new SimObserver("1", [])), Roomy);
        await RuntimeTests.Eventually(() => late.IsReady, "the second is ready");
        var ready = watch.Elapsed;
        var memory = GC.GetTotalMemory(forceFullCollection: true) - before;

        var count = late.Adapter.Channels(RuntimeNode.App, "").Count();
        output.WriteLine(
            $"{count} channels and {Members} members: ready after {ready.TotalMilliseconds:0} ms, {chunks} chunks, {bytes / 1024} KiB, largest {largest} B; " +
            $"{memory / 1048576.0:0.0} MiB, {memory / (double)(Channels + Members):0} B an entry");
        Assert.Equal(Channels + (Members / 100), count);
        Assert.Equal(100, late.Adapter.Members(RuntimeNode.App, "presence-room-7").Count);
        Assert.Equal(1, late.Adapter.Occupancy(RuntimeNode.App, "private-order-0001869f").SubscriptionCount);
        Assert.InRange(chunks, 2, 100);
        Assert.InRange(largest, 1, 256 * 1024 + 1024);

        // The design's share of a replicated channel is some hundred bytes; twice that is a leak.
        Assert.InRange(memory / (Channels + Members), 1, 1500);
        Assert.InRange(ready, TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    // The joins themselves stay in the ring, so that the late node could have had them from there: it must not need to.
    private static void Roomy(Server.Adapters.ClusterOptions options) => options.RingBytes = 1024 * 1024;
}

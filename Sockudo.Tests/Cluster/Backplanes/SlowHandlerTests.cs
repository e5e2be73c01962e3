using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>A node that does not keep up: what waits is bounded, what is dropped is counted, and the topic goes on in order.</summary>
public sealed class SlowHandlerTests
{
    private const int MaxPending = 100;
    private const int Published = 1_000;

    [Fact]
    public async Task Redis_drops_what_waits_beyond_the_bound_and_counts_it()
    {
        await using var server = new RedisServer();
        await server.StartAsync();

        await HoldsAsync(new Deployment(server.Process, (metrics, _) => new RedisConnector(
            new RedisBackplaneOptions { MaxPendingMessages = MaxPending },
            new RedisConnectionOptions { Port = server.Port },
            metrics,
            TimeProvider.System)));
    }

    [Fact]
    public async Task Nats_drops_what_waits_beyond_the_bound_and_counts_it()
    {
        await using var server = new NatsServer();
        await server.StartAsync();

        await HoldsAsync(new Deployment(server.Process, (metrics, loggers) => new NatsConnector(
            new NatsBackplaneOptions { Servers = { $"127.0.0.1:{server.Port}" }, MaxPendingMessages = MaxPending },
            metrics,
            loggers.CreateLogger<NatsConnector>())));
    }

    private static async Task HoldsAsync(Deployment broker)
    {
        await using var node = new TestNode(broker, "node");
        var dropped = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, node.Meter) && instrument.Name == "sockudo.backplane_messages_dropped_total")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref dropped, count));
        listener.Start();
        await node.StartAsync();
        var inbox = new Inbox();
        using var gate = new ManualResetEventSlim(true);
        await node.Backplane.SubscribeAsync(
            "topic",
            message =>
            {
                gate.Wait(TestNode.Deadline);
                inbox.Take(message);
            },
            CancellationToken.None);
        await node.ReachesAsync("topic", inbox);

        gate.Reset();
        for (var number = 0; number < Published; number++)
        {
            Assert.Equal(PublishResult.Sent, await node.PublishAsync("topic", 1, number));
        }

        gate.Set();
        await node.ReachesAsync("topic", inbox);
        var got = inbox.From(1);
        Assert.Equal(got.Distinct().Order(), got);
        Assert.InRange(got.Count, 0, MaxPending + 2);

        // A probe may wait behind the rest and be dropped with it.
        Assert.InRange(got.Count + Interlocked.Read(ref dropped), Published, Published + node.ProbesSent);
        Assert.Equal([BackplaneState.Connected], node.States);
    }

    private sealed class Deployment(BrokerProcess process, Func<BackplaneMetrics, ILoggerFactory, IBrokerConnector> connect) : BrokerDeployment
    {
        internal override IReadOnlyList<BrokerProcess> Processes => [process];

        public override ValueTask InitializeAsync() => default;

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => connect(metrics, loggers);
    }
}

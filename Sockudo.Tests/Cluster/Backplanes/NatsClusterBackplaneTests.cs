using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver nats on a cluster of three servers that ask for a token; one is named, the others are learned.</summary>
public sealed class NatsClusterBackplaneTests(NatsClusterBackplaneTests.Deployment broker, ITestOutputHelper output)
    : BackplaneConformance<NatsClusterBackplaneTests.Deployment>(broker, output)
{
    [Fact]
    public async Task After_the_server_of_a_node_was_killed_it_hears_and_is_heard_over_another()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, others) = await NodeAsync("other");
        await node.ReachesAsync(Topic, inbox, others);

        await Broker.Set.Servers[0].Process.KillAsync();
        var started = Stopwatch.GetTimestamp();
        await Eventually.TrueAsync(() => node.States.Count == 3 && other.States.Count == 3, "both connected again", TestNode.Deadline);
        await node.ReachesAsync(Topic, inbox, others);
        await other.ReachesAsync(Topic, inbox, others);
        Output.WriteLine($"healed {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms after the kill");

        await PublishAllAsync(node, 1, 100);
        await Task.WhenAll(inbox.HasFromAsync(1, 99), others.HasFromAsync(1, 99));
        Assert.Equal(Enumerable.Range(0, 100), others.From(1));
        Assert.Equal(Enumerable.Range(0, 100), inbox.From(1));
    }

    public sealed class Deployment : BrokerDeployment
    {
        internal NatsClusterSet Set { get; } = new();

        internal override IReadOnlyList<BrokerProcess> Processes => [.. Set.Servers.Select(static server => server.Process)];

        public override async ValueTask InitializeAsync() => await Set.StartAsync();

        internal override Task ReviveAsync() => Set.StartAsync();

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new NatsConnector(
            new NatsBackplaneOptions { Servers = { $"nats://127.0.0.1:{Set.Servers[0].Port}" }, Token = NatsClusterSet.Token },
            metrics,
            loggers.CreateLogger<NatsConnector>());
    }
}

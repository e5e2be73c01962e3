using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>Three NATS servers that route to one another; every node names all of them.</summary>
public sealed class NatsFaultTests(NatsFaultTests.Fixture fixture, ITestOutputHelper output) : FaultSuite<NatsFaultTests.Fixture>(fixture, output)
{
    private protected override IReadOnlyCollection<string> InEveryRun =>
    [
        nameof(Every_event_member_and_count_is_the_same_on_all_nodes), nameof(A_server_killed_costs_nothing),
        nameof(The_connections_of_all_nodes_cut_cost_nothing), nameof(A_slow_network_costs_nothing_but_time), nameof(Garbage_on_every_topic_is_counted_and_nothing_else),
    ];

    [Fact]
    public Task A_server_killed_costs_nothing() => MakeAsync(async cases =>
    {
        var set = ((FaultBrokers.Nats)Broker).Set;
        // One after another, so that with all three every node has lost its server once.
        foreach (var server in set.Servers.Take(FaultLoad.IsLong ? 3 : 2))
        {
            await cases.Disturb(server.Process.KillAsync);
            await Broker.ReviveAsync();
        }

        await cases.Everything_reaches_everybody();
    });

    public sealed class Fixture : FaultFixture
    {
        public Fixture()
            : base(static () => new FaultBrokers.Nats())
        {
        }
    }
}

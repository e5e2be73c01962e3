using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>A master, two replicas, three sentinels.</summary>
public sealed class SentinelFaultTests(SentinelFaultTests.Fixture fixture, ITestOutputHelper output) : FaultSuite<SentinelFaultTests.Fixture>(fixture, output)
{
    private protected override IReadOnlyCollection<string> InEveryRun =>
    [
        nameof(Every_event_member_and_count_is_the_same_on_all_nodes), nameof(A_master_killed_and_replaced_costs_nothing),
        nameof(The_connections_of_all_nodes_cut_cost_nothing), nameof(A_slow_network_costs_nothing_but_time), nameof(Garbage_on_every_topic_is_counted_and_nothing_else),
    ];

    [Fact]
    public Task A_master_killed_and_replaced_costs_nothing() => MakeAsync(async cases =>
    {
        var set = ((FaultBrokers.Sentinel)Broker).Set;
        await cases.Disturb(async () =>
        {
            var switched = Task.WhenAll(set.Sentinels.Select(static sentinel => sentinel.SeenAgainAsync("+switch-master")));
            await set.Master().Process.KillAsync();
            await switched;
        });
        await Broker.ReviveAsync();
        await cases.Everything_reaches_everybody();
    });

    public sealed class Fixture : FaultFixture
    {
        public Fixture()
            : base(static () => new FaultBrokers.Sentinel())
        {
        }
    }
}

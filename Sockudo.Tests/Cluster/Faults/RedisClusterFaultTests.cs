using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>Three masters, three replicas.</summary>
public sealed class RedisClusterFaultTests(RedisClusterFaultTests.Fixture fixture, ITestOutputHelper output) : FaultSuite<RedisClusterFaultTests.Fixture>(fixture, output)
{
    private const string StreamTopic = "sockudo_adapter:stream-0";

    private protected override IReadOnlyCollection<string> InEveryRun =>
    [
        nameof(Every_event_member_and_count_is_the_same_on_all_nodes), nameof(A_master_killed_and_replaced_costs_nothing), nameof(A_slot_moved_costs_nothing),
        nameof(The_connections_of_all_nodes_cut_cost_nothing), nameof(Garbage_on_every_topic_is_counted_and_nothing_else),
    ];

    [Fact]
    public Task A_master_killed_and_replaced_costs_nothing() => MakeAsync(async cases =>
    {
        var set = ((FaultBrokers.RedisCluster)Broker).Set;
        await cases.Disturb(async () =>
        {
            var owner = await set.OwnerAsync(StreamTopic);
            var won = set.NextFailoverAsync();
            await owner.Process.KillAsync();
            await won;
        });
        await Broker.ReviveAsync();
        await cases.Everything_reaches_everybody();
    });

    [Fact]
    public Task A_slot_moved_costs_nothing() => MakeAsync(cases => cases.Disturb(() => ((FaultBrokers.RedisCluster)Broker).Set.MoveSlotAsync(StreamTopic)));

    public sealed class Fixture : FaultFixture
    {
        public Fixture()
            : base(static () => new FaultBrokers.RedisCluster())
        {
        }
    }
}

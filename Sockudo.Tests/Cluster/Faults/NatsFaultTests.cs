using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>Three NATS servers that route to one another; every node names all of them.</summary>
public sealed class NatsFaultTests(NatsFaultTests.Fixture fixture, ITestOutputHelper output) : FaultTest(fixture, output), IClassFixture<NatsFaultTests.Fixture>
{
    [Fact]
    public Task Every_event_member_and_count_is_the_same_on_all_nodes() => Cases.Everything_reaches_everybody();

    [Fact]
    public async Task A_server_killed_costs_nothing()
    {
        var set = ((FaultBrokers.Nats)fixture.Broker).Set;
        // One after another, so that every node has lost its server once.
        foreach (var server in set.Servers.Take(FaultTest.IsLong ? 3 : 2))
        {
            await Cases.Disturb(server.Process.KillAsync);
            await fixture.Broker.ReviveAsync();
        }

        await Cases.Everything_reaches_everybody();
    }

    [Fact(Skip = "Runs with SOCKUDO_TEST_ALL=1: the same fault is made on redis in every run.", SkipUnless = nameof(IsLong))]
    public Task All_servers_away_for_seconds_cost_nothing_but_time() => Cases.Take_the_broker_away(TimeSpan.FromSeconds(10));

    [Fact(Skip = "Runs with SOCKUDO_TEST_ALL=1: the same fault is made on redis in every run.", SkipUnless = nameof(IsLong))]
    public Task A_node_killed_takes_its_members_along_and_nothing_else() => Cases.Kill_a_node();

    [Fact(Skip = "Runs with SOCKUDO_TEST_ALL=1: the same fault is made on redis in every run.", SkipUnless = nameof(IsLong))]
    public Task A_node_that_stops_says_goodbye() => Cases.Stop_a_node_gracefully();

    [Fact(Skip = "Runs with SOCKUDO_TEST_ALL=1: the same fault is made on redis in every run.", SkipUnless = nameof(IsLong))]
    public Task A_node_frozen_for_longer_than_the_timeout_gets_its_members_back() => Cases.Freeze_a_node(TimeSpan.FromSeconds(4), dies: true);

    public sealed class Fixture : FaultFixture
    {
        public Fixture()
            : base(new FaultBrokers.Nats())
        {
        }
    }
}

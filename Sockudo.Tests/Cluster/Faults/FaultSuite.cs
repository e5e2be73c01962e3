using System.Runtime.CompilerServices;
using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>
/// Every fault, for each driver: a driver is a subclass with its broker, and adds what only its broker can do. A fault is one line here.
/// The tests of a driver share its broker and its nodes; a failing one prints the nodes' logs. They run alone: they measure times.
/// </summary>
[Collection(nameof(FaultRuns))]
public abstract class FaultSuite<TFixture>(TFixture fixture, ITestOutputHelper output) : IClassFixture<TFixture>
    where TFixture : FaultFixture
{
    /// <summary>The faults made in every run; the others are made with SOCKUDO_TEST_ALL=1.</summary>
    private protected abstract IReadOnlyCollection<string> InEveryRun { get; }

    private protected FaultBroker Broker => fixture.Broker;

    [Fact]
    public Task Every_event_member_and_count_is_the_same_on_all_nodes() => MakeAsync(static cases => cases.Everything_reaches_everybody());

    [Fact]
    public Task A_node_killed_takes_its_members_along_and_nothing_else() => MakeAsync(static cases => cases.Kill_a_node());

    [Fact]
    public Task A_node_that_stops_says_goodbye() => MakeAsync(static cases => cases.Stop_a_node_gracefully());

    [Fact]
    public Task A_node_added_under_load_sees_what_the_others_see() => MakeAsync(static cases => cases.Add_a_node());

    [Fact]
    public Task A_node_frozen_for_less_than_the_timeout_is_not_missed() => MakeAsync(static cases => cases.Freeze_a_node(TimeSpan.FromSeconds(1), dies: false));

    [Fact]
    public Task A_node_frozen_for_longer_than_the_timeout_gets_its_members_back() => MakeAsync(static cases => cases.Freeze_a_node(TimeSpan.FromSeconds(4), dies: true));

    [Fact]
    public Task A_broker_restarted_at_once_costs_nothing() => MakeAsync(static cases => cases.Take_the_broker_away(TimeSpan.Zero));

    [Fact]
    public Task A_broker_away_for_seconds_costs_nothing_but_time() => MakeAsync(static cases => cases.Take_the_broker_away(TimeSpan.FromSeconds(FaultLoad.IsLong ? 10 : 5)));

    [Fact]
    public Task A_client_of_all_50_channels_survives_the_catch_up() => MakeAsync(static cases => cases.Catch_up_at_once());

    [Fact]
    public Task The_connections_of_one_node_cut_cost_nothing() => MakeAsync(static cases => cases.Cut_connections(0));

    [Fact]
    public Task The_connections_of_all_nodes_cut_cost_nothing() => MakeAsync(static cases => cases.Cut_connections(0, 1, 2));

    [Fact]
    public Task A_slow_network_costs_nothing_but_time() => MakeAsync(static cases => cases.Slow_the_network_down());

    [Fact]
    public Task Garbage_on_every_topic_is_counted_and_nothing_else() => MakeAsync(static cases => cases.Say_garbage());

    /// <summary>Makes a fault on a healthy cluster.</summary>
    private protected async Task MakeAsync(Func<FaultCases, Task> fault, [CallerMemberName] string name = "")
    {
        Assert.SkipUnless(FaultLoad.IsLong || InEveryRun.Contains(name), "Runs with SOCKUDO_TEST_ALL=1: the same fault is made on redis in every run.");
        try
        {
            await fixture.Cluster.EnsureAsync();
            await fault(new FaultCases(fixture.Cluster, fixture.Broker, output));
        }
        catch
        {
            output.WriteLine(fixture.Cluster.Logs);
            // The next test is to find its own faults.
            await fixture.StartOverAsync();
            throw;
        }
    }
}

/// <summary>Nothing else runs beside the fault tests.</summary>
[CollectionDefinition(nameof(FaultRuns), DisableParallelization = true)]
public sealed class FaultRuns;

/// <summary>A broker and three nodes, started with the first test that asks.</summary>
public abstract class FaultFixture : IAsyncDisposable
{
    private readonly Func<FaultBroker> _create;

    private protected FaultFixture(Func<FaultBroker> create)
    {
        _create = create;
        Broker = create();
        Cluster = new FaultCluster(Broker, FaultLoad.Current);
    }

    internal FaultBroker Broker { get; private set; }

    internal FaultCluster Cluster { get; private set; }

    internal async Task StartOverAsync()
    {
        await Cluster.DisposeAsync();
        Broker = _create();
        Cluster = new FaultCluster(Broker, FaultLoad.Current);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Cluster.DisposeAsync();
    }
}

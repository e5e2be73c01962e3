using System.Diagnostics;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>The faults, each made for real under load and followed by an audit of everything that was received.</summary>
internal sealed class FaultCases(FaultCluster cluster, FaultBroker broker, ITestOutputHelper output)
{
    // Node timeout and cleanup interval, by which the others must have noticed a death.
    private static readonly TimeSpan DeathBar = TimeSpan.FromMilliseconds(2_500);
    private static readonly TimeSpan TwoHeartbeats = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealBar = TimeSpan.FromSeconds(2);

    // What a loaded machine with two cores adds: twelve processes share them.
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(2);

    // A writer turn of a node that dies, in events of one channel: one batch under way, one waiting.
    private const int WriterTurn = 3;

    public async Task Everything_reaches_everybody()
    {
        await cluster.LoadedAsync(30);
        await cluster.AuditAsync(output);
    }

    public async Task Kill_a_node()
    {
        await cluster.LoadedAsync();
        var victim = cluster.Nodes[1];
        await cluster.AvoidAsync(victim);
        var killed = Stopwatch.GetTimestamp();
        victim.ExpectEnd();
        victim.Server.Signal(ProcessSignal.Kill);
        await cluster.RemoveAsync(victim, WriterTurn);
        Within("the members of a killed node were gone", await GoneAsync(victim, killed), DeathBar);
        await cluster.LoadedAsync();
        await cluster.AuditAsync(output);
        AssertRemovedOnce(victim, killed);
        await cluster.ReplaceMissingAsync();
        await cluster.AuditAsync(output);
    }

    public async Task Stop_a_node_gracefully()
    {
        await cluster.LoadedAsync();
        var leaver = cluster.Nodes[1];
        await cluster.AvoidAsync(leaver);
        var stopped = Stopwatch.GetTimestamp();
        leaver.ExpectEnd();
        leaver.Server.Signal(ProcessSignal.Terminate);
        var gone = GoneAsync(leaver, stopped);
        foreach (var client in leaver.Watchers)
        {
            Assert.Equal(4200, (await client.Closed.WithinAsync("the close of a client")).Code);
        }

        var farewell = Stopwatch.GetElapsedTime(stopped);
        Assert.Equal(0, await leaver.Server.Exited.WithinAsync("the end of the node"));
        await cluster.RemoveAsync(leaver, 0);
        output.WriteLine($"clients had got 4200 after {farewell.TotalMilliseconds:F0} ms");
        Within("the members of a node that stopped were gone", await gone, TimeSpan.FromMilliseconds(200));
        await cluster.LoadedAsync();
        await cluster.AuditAsync(output);
        AssertRemovedOnce(leaver, stopped);
        await cluster.ReplaceMissingAsync();
    }

    public async Task Add_a_node()
    {
        await cluster.LoadedAsync();
        var added = await cluster.AddAsync();
        await cluster.LoadedAsync();
        await cluster.AuditAsync(output);
        await cluster.AvoidAsync(added);
        added.ExpectEnd();
        await added.Server.StopAsync();
        await cluster.RemoveAsync(added, 0);
        await cluster.AuditAsync(output);
    }

    public async Task Freeze_a_node(TimeSpan duration, bool dies)
    {
        await cluster.LoadedAsync();
        var frozen = cluster.Nodes[2];
        await cluster.AvoidAsync(frozen);
        var stopped = Stopwatch.GetTimestamp();
        frozen.Server.Signal(ProcessSignal.Stop);
        if (dies)
        {
            output.WriteLine($"the members of a frozen node were gone after {(await GoneAsync(frozen, stopped)).TotalMilliseconds:F0} ms");
        }

        await ElapsedAsync(stopped, duration);
        var continued = Stopwatch.GetTimestamp();
        frozen.Server.Signal(ProcessSignal.Continue);
        if (dies)
        {
            await EachSurvivorAsync(frozen, static (client, room, user) => client.Members(room).Contains(user), "the members of the frozen node are back");
            output.WriteLine($"its members were back everywhere {Stopwatch.GetElapsedTime(continued).TotalMilliseconds:F0} ms after it went on");
        }

        await cluster.TouchAgainAsync();
        await cluster.LoadedAsync();
        await cluster.AuditAsync(output);
        foreach (var (client, room, user) in Pairs(frozen))
        {
            var changes = client.ChangesOf(room, user, stopped).Select(static change => change.Added);
            Assert.Equal(dies ? [false, true] : [], changes);
        }
    }

    /// <param name="away">How long it stays away; zero: it is started again at once.</param>
    public async Task Take_the_broker_away(TimeSpan away)
    {
        await cluster.LoadedAsync();
        var began = Stopwatch.GetTimestamp();
        var (deaths, lost) = (await SumAsync("sockudo_cluster_deaths_total"), await SumAsync("sockudo_cluster_entries_lost_total"));
        var killed = Stopwatch.GetTimestamp();
        await broker.KillAsync();
        if (away > TimeSpan.Zero)
        {
            Within("every node's /ready was red", await ReadyAsync(false, killed), TwoHeartbeats);
            await cluster.LoadedAsync();
            await LocalDeliveryAsync();
            await ElapsedAsync(killed, away);
        }

        await broker.ReviveAsync();
        var back = Stopwatch.GetTimestamp();
        Within("every node's /ready was green", await ReadyAsync(true, back), HealBar);
        await HealedAsync(began, deaths, lost);
    }

    public async Task Cut_connections(params int[] nodes)
    {
        await cluster.LoadedAsync();
        var began = Stopwatch.GetTimestamp();
        var (deaths, lost) = (await SumAsync("sockudo_cluster_deaths_total"), await SumAsync("sockudo_cluster_entries_lost_total"));
        var connections = await SumAsync("sockudo_backplane_connections_lost_total");
        for (var time = 0; time < 3; time++)
        {
            foreach (var node in nodes)
            {
                cluster.Nodes[node].Proxy!.Cut();
            }

            await cluster.LoadedAsync(5);
        }

        var cut = await SumAsync("sockudo_backplane_connections_lost_total") - connections;
        output.WriteLine($"connections the nodes lost: {cut}");
        Assert.True(cut >= nodes.Length, $"Only {cut} connections were lost.");

        Within("every node's /ready was green", await ReadyAsync(true, Stopwatch.GetTimestamp()), HealBar);
        await HealedAsync(began, deaths, lost);
    }

    /// <summary>Any fault of the broker after which nobody may be dead and nothing lost.</summary>
    public async Task Disturb(Func<Task> disturb)
    {
        await cluster.LoadedAsync();
        var began = Stopwatch.GetTimestamp();
        var (deaths, lost) = (await SumAsync("sockudo_cluster_deaths_total"), await SumAsync("sockudo_cluster_entries_lost_total"));
        await disturb();
        output.WriteLine($"the broker served again {Stopwatch.GetElapsedTime(began).TotalMilliseconds:F0} ms after the fault");
        Within("every node's /ready was green", await ReadyAsync(true, Stopwatch.GetTimestamp()), HealBar + TwoHeartbeats);
        await HealedAsync(began, deaths, lost);
    }

    public async Task<double> SumAsync(string metric)
    {
        var sum = 0.0;
        foreach (var node in cluster.Nodes)
        {
            sum += await node.MetricAsync(metric);
        }

        return sum;
    }

    private async Task HealedAsync(long began, double deaths, double lost)
    {
        await cluster.LoadedAsync();
        await cluster.AuditAsync(output);
        Assert.Equal(deaths, await SumAsync("sockudo_cluster_deaths_total"));
        Assert.Equal(lost, await SumAsync("sockudo_cluster_entries_lost_total"));
        output.WriteLine($"entries repaired so far: {await SumAsync("sockudo_cluster_entries_repaired_total")}, connections replaced: {await SumAsync("sockudo_cluster_reconnects_total")}");
        foreach (var node in cluster.Nodes)
        {
            foreach (var (client, room, user) in Pairs(node))
            {
                Assert.Empty(client.ChangesOf(room, user, began));
            }
        }
    }

    // Each node's own publishers reach its own clients.
    private async Task LocalDeliveryAsync()
    {
        var publishes = 0;
        foreach (var node in cluster.Nodes)
        {
            foreach (var channel in node.Published)
            {
                await Eventually.TrueAsync(() => Task.FromResult(node.Watchers[0].IsUpToDate(channel)), $"{channel.Name} is delivered on {node.Label} itself");
                publishes += channel.Confirmed;
            }
        }

        Assert.False(await cluster.Nodes[0].IsReadyAsync());
        output.WriteLine($"local delivery goes on: every client has all {publishes} events that its own node confirmed");
    }

    private async Task<TimeSpan> ReadyAsync(bool ready, long since)
    {
        foreach (var node in cluster.Nodes)
        {
            await Eventually.EqualAsync(ready, node.IsReadyAsync, $"{node.Label}'s /ready", TimeSpan.FromSeconds(30));
        }

        return Stopwatch.GetElapsedTime(since);
    }

    private async Task<TimeSpan> GoneAsync(FaultNode node, long since)
    {
        await EachSurvivorAsync(node, static (client, room, user) => !client.Members(room).Contains(user), $"the members of {node.Label} are gone");
        return Stopwatch.GetElapsedTime(since, Pairs(node).Max(pair => pair.Client.ChangesOf(pair.Room, pair.User, since)[0].At));
    }

    private async Task EachSurvivorAsync(FaultNode node, Func<AuditedClient, string, string, bool> holds, string what)
    {
        foreach (var (client, room, user) in Pairs(node))
        {
            await Eventually.TrueAsync(() => Task.FromResult(holds(client, room, user)), $"{what} ({user} at {client.UserId})", TimeSpan.FromSeconds(20));
        }
    }

    private void AssertRemovedOnce(FaultNode node, long since)
    {
        foreach (var (client, room, user) in Pairs(node))
        {
            Assert.Equal([false], client.ChangesOf(room, user, since).Select(static change => change.Added));
        }
    }

    // Each resident of a node, as each watcher elsewhere sees it.
    private List<(AuditedClient Client, string Room, string User)> Pairs(FaultNode node) =>
    [
        .. from other in cluster.Nodes
           where other != node
           from resident in node.Residents
           select (other.Watchers[0], resident.Room, resident.Client.UserId),
    ];

    private static Task ElapsedAsync(long since, TimeSpan duration) =>
        Eventually.TrueAsync(() => Task.FromResult(Stopwatch.GetElapsedTime(since) >= duration), "the time of the fault", duration + Deadline.Default);

    private void Within(string what, TimeSpan measured, TimeSpan bar)
    {
        output.WriteLine($"{what} after {measured.TotalMilliseconds:F0} ms; bar {bar.TotalMilliseconds:F0} ms + noise");
        Assert.True(measured <= bar + Noise, $"{what} after {measured.TotalMilliseconds:F0} ms, bar {bar.TotalMilliseconds:F0} ms");
    }
}

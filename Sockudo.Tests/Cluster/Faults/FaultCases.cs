using System.Diagnostics;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>The faults, each made for real under load and followed by an audit of everything that was received.</summary>
internal sealed partial class FaultCases(FaultCluster cluster, FaultBroker broker, ITestOutputHelper output)
{
    // Node timeout and cleanup interval, by which the others must have noticed a death.
    private static readonly TimeSpan DeathBar = TimeSpan.FromMilliseconds(2_500);

    // What a loaded machine with two cores adds: twelve processes share them.
    private static readonly TimeSpan Noise = TimeSpan.FromSeconds(2);

    // A writer turn of a node that dies, in events of one channel: one batch under way, one waiting.
    private const int WriterTurn = 3;

    public async Task Everything_reaches_everybody()
    {
        await cluster.LoadedAsync(1);
        var (began, before) = (Stopwatch.GetTimestamp(), cluster.Channels.Sum(static channel => channel.Total));
        await cluster.LoadedAsync(cluster.Load.Events * 2);
        var rate = (cluster.Channels.Sum(static channel => channel.Total) - before) / Stopwatch.GetElapsedTime(began).TotalSeconds;
        if (FaultLoad.IsLong)
        {
            await Eventually.EqualAsync(cluster.Load.Users, () => Task.FromResult(cluster.UsersSeen), "users who have been there", TimeSpan.FromSeconds(60));
            Assert.True(rate >= 0.9 * cluster.Load.Rate, $"{rate:F0} events/s of {cluster.Load.Rate:F0}");
        }

        output.WriteLine($"{cluster.Channels.Count} channels, {rate:F0} events/s, {cluster.UsersSeen} presence users who come, go and move");
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
        try
        {
            if (dies)
            {
                output.WriteLine($"the members of a frozen node were gone after {(await GoneAsync(frozen, stopped)).TotalMilliseconds:F0} ms");
            }

            await ElapsedAsync(stopped, duration);
        }
        finally
        {
            frozen.Server.Signal(ProcessSignal.Continue);
        }

        var continued = Stopwatch.GetTimestamp();
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

    public async Task<double> SumAsync(string metric)
    {
        var sum = 0.0;
        foreach (var node in cluster.Nodes)
        {
            sum += await node.MetricAsync(metric);
        }

        return sum;
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
            await Eventually.TrueAsync(() => holds(client, room, user), $"{what} ({user} at {client.UserId})", TimeSpan.FromSeconds(20));
        }
    }

    private void AssertRemovedOnce(FaultNode node, long since)
    {
        foreach (var (client, room, user) in Pairs(node))
        {
            Assert.Equal([false], client.ChangesOf(room, user, since).Select(static change => change.Added));
        }
    }

    // Each resident of a node, as each watcher of rooms elsewhere sees it.
    private List<(AuditedClient Client, string Room, string User)> Pairs(FaultNode node) =>
    [
        .. from other in cluster.Nodes
           where other != node
           from watcher in other.Watchers
           from resident in node.Residents
           where watcher.Rooms.Contains(resident.Room)
           select (watcher, resident.Room, resident.Client.UserId),
    ];

    private static Task ElapsedAsync(long since, TimeSpan duration) =>
        Eventually.TrueAsync(() => Task.FromResult(Stopwatch.GetElapsedTime(since) >= duration), "the time of the fault", duration + Deadline.Default);

    private void Within(string what, TimeSpan measured, TimeSpan bar)
    {
        output.WriteLine($"{what} after {measured.TotalMilliseconds:F0} ms; bar {bar.TotalMilliseconds:F0} ms + noise");
        Assert.True(measured <= bar + Noise, $"{what} after {measured.TotalMilliseconds:F0} ms, bar {bar.TotalMilliseconds:F0} ms");
    }
}

using System.Diagnostics;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>The faults of the broker and of the way to it: nobody may be dead and nothing lost afterwards.</summary>
internal sealed partial class FaultCases
{
    private static readonly TimeSpan TwoHeartbeats = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HealBar = TimeSpan.FromSeconds(2);

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

    /// <summary>Far more than a client's queue may hold waits for the broker, and then comes at once.</summary>
    public async Task Catch_up_at_once()
    {
        const int Turns = 150;
        const int Ballast = 2_000;
        await cluster.LoadedAsync();
        var began = Stopwatch.GetTimestamp();
        var (deaths, lost) = (await SumAsync("sockudo_cluster_deaths_total"), await SumAsync("sockudo_cluster_entries_lost_total"));
        await broker.KillAsync();
        await Task.WhenAll(cluster.Nodes.Select(static node => node.Publisher.PauseAsync()));
        await Task.WhenAll(cluster.Nodes.Select(static node => node.BurstAsync(Turns, Ballast)));
        cluster.Resume();
        await broker.ReviveAsync();
        var back = Stopwatch.GetTimestamp();
        Within("every node's /ready was green", await ReadyAsync(true, back), HealBar);
        await HealedAsync(began, deaths, lost);
        var clients = cluster.Nodes.SelectMany(static node => node.Watchers).Where(client => client.Channels.Count == cluster.Channels.Count).ToArray();
        Assert.Equal(2 * cluster.Nodes.Count, clients.Length);
        output.WriteLine($"{clients.Length} clients of {cluster.Channels.Count} channels caught up with {2 * Turns * cluster.Load.ChannelsPerTurn} events of {Ballast} B of other nodes each, "
            + $"{2.0 * Turns * cluster.Load.ChannelsPerTurn * Ballast / (1 << 20):F0} MiB where a queue holds 1");
    }

    public async Task Cut_connections(params int[] nodes)
    {
        await cluster.LoadedAsync();
        var began = Stopwatch.GetTimestamp();
        var (deaths, lost) = (await SumAsync("sockudo_cluster_deaths_total"), await SumAsync("sockudo_cluster_entries_lost_total"));
        var connections = await SumAsync("sockudo_backplane_connections_lost_total");
        var sockets = 0;
        for (var time = 0; time < 3; time++)
        {
            sockets += nodes.Sum(node => broker.Cut(cluster.Nodes[node].Server.ProcessId));
            await cluster.LoadedAsync(5);
        }

        var cut = await SumAsync("sockudo_backplane_connections_lost_total") - connections;
        output.WriteLine($"TCP connections cut: {sockets}; connections to the broker the nodes lost: {cut}");
        Assert.True(cut >= nodes.Length, $"Only {cut} connections were lost.");

        Within("every node's /ready was green", await ReadyAsync(true, Stopwatch.GetTimestamp()), HealBar);
        await HealedAsync(began, deaths, lost);
    }

    public async Task Slow_the_network_down()
    {
        var (least, jitter) = (TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(30));
        var (deaths, lost) = (await SumAsync("sockudo_cluster_deaths_total"), await SumAsync("sockudo_cluster_entries_lost_total"));
        broker.Delay(least, jitter);
        try
        {
            await Everything_reaches_everybody();
            var latency = await Task.WhenAll(cluster.Nodes.Select(static async node => (await node.ClusterAsync())["partitions"]![0]!["proof_latency_ms"]!.GetValue<long>()));
            output.WriteLine($"a heartbeat comes back after {string.Join(", ", latency)} ms");
            Assert.All(latency, milliseconds => Assert.True(milliseconds >= 2 * least.TotalMilliseconds, $"{milliseconds} ms: the delay is not there"));
        }
        finally
        {
            broker.Delay(TimeSpan.Zero, TimeSpan.Zero);
        }

        Assert.Equal(deaths, await SumAsync("sockudo_cluster_deaths_total"));
        Assert.Equal(lost, await SumAsync("sockudo_cluster_entries_lost_total"));
    }

    /// <summary>Noise, truncated and prolonged messages, repetitions and oversized ones on the topic of all and on every node's own.</summary>
    public async Task Say_garbage()
    {
        var before = await RefusedAsync();
        await Disturb(async () =>
        {
            await using var intruder = await broker.IntrudeAsync();
            var topics = new ClusterTopics("sockudo_adapter:");
            var ids = await Task.WhenAll(cluster.Nodes.Select(static async node => (await node.ClusterAsync())["node"]!.GetValue<string>()));
            var real = await intruder.HearAsync(topics.Stream(0));
            var random = new Random(7);
            foreach (var topic in ids.Select(static id => $"sockudo_adapter:node-{id}").Prepend(topics.Stream(0)))
            {
                foreach (var length in new[] { 0, 1, 7, 200, 100_000, intruder.Oversized })
                {
                    var noise = new byte[length];
                    random.NextBytes(noise);
                    await intruder.PublishAsync(topic, noise);
                }

                foreach (var length in new[] { 1, real.Length / 2, real.Length - 1 })
                {
                    await intruder.PublishAsync(topic, real[..length]);
                }

                await intruder.PublishAsync(topic, [.. real, .. "and more"u8]);
                // Exactly what a node has said, again and on a topic it did not say it on.
                await intruder.PublishAsync(topic, real);
            }
        });
        var counted = await RefusedAsync() - before;
        output.WriteLine($"messages counted as garbage: {counted}");
        Assert.True(counted >= cluster.Nodes.Count * 4, $"Only {counted} were counted.");
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

    private async Task<double> RefusedAsync() => await SumAsync("sockudo_cluster_garbage_total") + await SumAsync("sockudo_cluster_refused_total");

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
                foreach (var client in node.Watchers.Where(client => client.Channels.Contains(channel)))
                {
                    await Eventually.TrueAsync(() => client.IsUpToDate(channel), $"{channel.Name} is delivered to {client.UserId}");
                }

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
}

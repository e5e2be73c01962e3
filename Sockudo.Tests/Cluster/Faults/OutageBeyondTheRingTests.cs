using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>What a ring does not hold any more is lost, and exactly that is what the nodes count.</summary>
[Collection(nameof(FaultRuns))]
public sealed class OutageBeyondTheRingTests(ITestOutputHelper output)
{
    private const int RingBytes = 256 * 1024;
    private const ulong LeastLost = 200;

    [Theory]
    [InlineData("redis")]
    [InlineData("sentinel")]
    [InlineData("redis-cluster")]
    [InlineData("nats")]
    public async Task A_client_misses_exactly_what_its_node_counts_by_origin(string driver)
    {
        Assert.SkipUnless(FaultLoad.IsLong || driver == "redis", "Runs with SOCKUDO_TEST_ALL=1: the same outage is made on redis in every run.");
        FaultBroker broker = driver switch
        {
            "redis" => new FaultBrokers.Redis(),
            "sentinel" => new FaultBrokers.Sentinel(),
            "redis-cluster" => new FaultBrokers.RedisCluster(),
            _ => new FaultBrokers.Nats(),
        };
        // Every channel in every turn, so that the small ring is soon over.
        var load = FaultLoad.Current with { ChannelsPerTurn = FaultLoad.Channels, Configure = static setup => setup.Set("adapter.ring_bytes", RingBytes) };
        await using var cluster = new FaultCluster(broker, load);
        try
        {
            await cluster.EnsureAsync();
            await LoseAsync(cluster, broker);
        }
        catch
        {
            output.WriteLine(cluster.Logs);
            throw;
        }
    }

    private async Task LoseAsync(FaultCluster cluster, FaultBroker broker)
    {
        // State is not in what a client misses: with nobody moving, every entry is an event.
        await cluster.LoadedAsync();
        await cluster.RestChurnAsync();
        await cluster.LoadedAsync();
        MayPassOver(cluster, true);
        await broker.KillAsync();
        foreach (var node in cluster.Nodes)
        {
            var said = (await StreamAsync(node)).Last;
            await Eventually.TrueAsync(async () => (await StreamAsync(node)).First > said + LeastLost, $"{node.Label}'s ring is over", TimeSpan.FromSeconds(60));
        }

        await broker.ReviveAsync();
        foreach (var node in cluster.Nodes)
        {
            await Eventually.EqualAsync(true, node.IsReadyAsync, $"{node.Label}'s /ready", TimeSpan.FromSeconds(20));
        }

        await cluster.LoadedAsync();
        await cluster.AuditAsync(output);
        foreach (var (node, origin) in cluster.Nodes.SelectMany(node => cluster.Nodes.Select(origin => (node, origin))))
        {
            var counted = node == origin ? 0 : await LostAsync(node, origin);
            Assert.True(node == origin || counted >= (int)LeastLost, $"{node.Label} counts {counted} of {origin.Label}");
            foreach (var client in node.Watchers.Where(client => client.Channels.Count == cluster.Channels.Count))
            {
                Assert.Equal(counted, client.PassedOver(origin.Published));
            }

            output.WriteLine($"lost on {node.Label} of {origin.Label} on partition 0: {counted}, and so many each of its clients missed");
        }

        // All is healed: from here on every hole is a violation again.
        MayPassOver(cluster, false);
        await cluster.LoadedAsync();
        await cluster.AuditAsync(output);
    }

    private static void MayPassOver(FaultCluster cluster, bool may)
    {
        foreach (var channel in cluster.Channels)
        {
            channel.MayPassOver = may;
        }
    }

    private static async Task<(ulong First, ulong Last)> StreamAsync(FaultNode node)
    {
        var partition = (await node.ClusterAsync())["partitions"]![0]!;
        return (partition["ring_start"]!.GetValue<ulong>(), partition["last_appended"]!.GetValue<ulong>());
    }

    private static async Task<int> LostAsync(FaultNode node, FaultNode origin)
    {
        var status = (await node.ClusterAsync())["nodes"]!.AsArray().Single(other => other!["label"]!.GetValue<string>() == origin.Label)!;
        return status["links"]![0]!["lost"]!.GetValue<int>();
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary>Who understands whom, with server processes on one real broker: what the simulation holds, seen in their logs (issue 3 part 4).</summary>
public sealed class EnvelopeProcessTests(ITestOutputHelper output)
{
    private static readonly TestApp App = new("envelope");

    [Fact]
    public async Task Two_prefixes_on_one_redis_never_hear_each_other()
    {
        await using var broker = new RedisServer();
        await broker.StartAsync();
        await using var ours = await PairAsync(Redis(broker, "web-1", prefix: "ours:"), Redis(broker, "web-2", prefix: "theirs:"));
        await using var client = await ours.Second.ConnectAsync(App);
        await client.SubscribeAsync("news");

        Assert.Equal(HttpStatusCode.OK, (await ours.First.Api(App).PublishAsync("news", "greeting", "from the other prefix")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ours.Second.Api(App).PublishAsync("news", "greeting", "from ours")).Status);

        Assert.Equal("from ours", (await client.WaitForAsync("greeting", "news")).DataString);
        Assert.Equal((0, 0), (await PeersAsync(ours.First), await PeersAsync(ours.Second)));
        Assert.DoesNotContain("refuse", ours.First.Log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Another_secret_is_refused_by_both_with_an_error_that_says_so()
    {
        await using var broker = new RedisServer();
        await broker.StartAsync();
        await using var pair = await PairAsync(Redis(broker, "web-1", secret: "correct horse"), Redis(broker, "web-2", secret: "battery staple"));

        await BothSayAsync(pair, "adapter.cluster_secret");
        Assert.DoesNotContain("correct horse", pair.First.Log + pair.Second.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_number_of_partitions_is_refused_by_both_with_an_error_that_says_so()
    {
        await using var broker = new RedisClusterSet();
        await broker.StartAsync();
        await using var pair = await PairAsync(Sharded(broker, "web-1", 1), Sharded(broker, "web-2", 2));

        await BothSayAsync(pair, "number of partitions");
    }

    [Fact]
    public async Task Three_partitions_on_a_sharded_redis_cluster_exchange_events_of_every_channel()
    {
        await using var broker = new RedisClusterSet();
        await broker.StartAsync();
        await using var pair = await PairAsync(Sharded(broker, "web-1", 3), Sharded(broker, "web-2", 3));
        await using var client = await pair.Second.ConnectAsync(App);
        string[] channels = [.. Enumerable.Range(0, 12).Select(static i => $"news-{i}")];
        foreach (var channel in channels) await client.SubscribeAsync(channel);

        foreach (var channel in channels) await pair.First.Api(App).PublishAsync(channel, "greeting", channel);

        // Channels of different partitions have no order between them.
        var greeted = new List<string>();
        while (greeted.Count < channels.Length) greeted.Add((await client.WaitForAsync("greeting")).DataString!);
        Assert.Equal(channels.Order(), greeted.Order());
        Assert.Equal((1, 1), (await PeersAsync(pair.First), await PeersAsync(pair.Second)));
    }

    private async Task BothSayAsync(Pair pair, string what)
    {
        foreach (var node in new[] { pair.First, pair.Second })
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(node.Log.Contains(what, StringComparison.Ordinal)), $"an error that names the {what}", state: () => node.Log);
            Assert.Equal(0, await PeersAsync(node));
            output.WriteLine(node.Log.Split('\n').First(line => line.Contains(what, StringComparison.Ordinal)));
        }
    }

    private static async Task<int> PeersAsync(SockudoServer node)
    {
        var text = await node.Http.GetStringAsync(new Uri(node.MetricsUri, "/cluster"));
        return JsonNode.Parse(text)!["nodes"]!.AsArray().Count;
    }

    private static ServerSetup Redis(RedisServer broker, string label, string? prefix = null, string? secret = null)
    {
        var setup = Node(label).Set("adapter.driver", "redis").Set("database.redis.port", broker.Port);
        if (prefix is not null) setup.Set("adapter.redis.prefix", prefix);
        return secret is null ? setup : setup.Set("adapter.cluster_secret", secret);
    }

    private static ServerSetup Sharded(RedisClusterSet broker, string label, int partitions) => Node(label)
        .Set("adapter.driver", "redis-cluster")
        .Set("adapter.cluster.nodes", new JsonArray([.. broker.Servers.Take(3).Select(static server => JsonValue.Create($"127.0.0.1:{server.Port}"))]))
        .Set("database.redis.cluster.password", RedisClusterSet.Password)
        .Set("adapter.cluster.use_sharded_pubsub", true)
        .Set("adapter.cluster.partitions", partitions);

    private static ServerSetup Node(string label) => new ServerSetup { Apps = [App] }
        .Set("instance.process_id", label)
        .Set("adapter.cluster_health.heartbeat_interval_ms", 500)
        .Set("adapter.cluster_health.node_timeout_ms", 2000)
        .Set("adapter.cluster_health.cleanup_interval_ms", 500);

    private static async Task<Pair> PairAsync(ServerSetup first, ServerSetup second)
    {
        var started = await Task.WhenAll(SockudoServer.StartAsync(first), SockudoServer.StartAsync(second));
        return new Pair(started[0], started[1]);
    }

    private sealed record Pair(SockudoServer First, SockudoServer Second) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
        }
    }
}

using System.Collections.Concurrent;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary>With <c>adapter.cluster_secret</c>, server processes and a real broker: who records what a node says gains nothing by saying it again.</summary>
public sealed class RecordedClusterTests(ITestOutputHelper output)
{
    private static readonly TestApp App = new("recorded") { Settings = new Dictionary<string, object> { ["enable_user_authentication"] = true } };

    [Fact]
    public async Task Everything_a_stopped_node_said_is_nothing_to_one_that_starts_later()
    {
        await using var broker = new RedisServer();
        await broker.StartAsync();
        await using var intruder = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{broker.Port}");
        var recorded = new ConcurrentQueue<(string Topic, byte[] Message)>();
        var bus = intruder.GetSubscriber();
        var pattern = RedisChannel.Pattern("sockudo_adapter:*");
        await bus.SubscribeAsync(pattern, (topic, message) => recorded.Enqueue((topic!, message!)));
        await using (var first = await SockudoServer.StartAsync(Node(broker, "web-1")))
        {
            await using var ada = await first.ConnectAsync(App);
            await ada.JoinAsync("presence-room", "ada");
            Assert.Equal(200, (int)(await first.Api(App).PublishAsync("private-orders", "placed", "old")).Status);
            Assert.Equal(200, (int)(await first.Api(App).PostAsync("/users/u1/terminate_connections", new System.Text.Json.Nodes.JsonObject())).Status);
            await Eventually.TrueAsync(() => recorded.Count >= 4, "the node's messages are recorded");
            await first.StopAsync();
        }

        await bus.UnsubscribeAsync(pattern);
        await using var second = await SockudoServer.StartAsync(Node(broker, "web-2"));
        await using var client = await second.ConnectAsync(App);
        await client.SubscribeAsync("private-orders");
        await client.JoinAsync("presence-room", "eve");
        await client.SignInAsync("u1");

        foreach (var (topic, message) in recorded)
        {
            await bus.PublishAsync(RedisChannel.Literal(topic), message);
            await bus.PublishAsync(RedisChannel.Literal("sockudo_adapter:stream-0"), message);
        }

        // What the node says itself comes back after what was sent before it.
        Assert.Equal(200, (int)(await second.Api(App).PublishAsync("private-orders", "placed", "new")).Status);
        await client.WaitForAsync("placed", "private-orders");
        await Eventually.TrueAsync(async () => (await CountAsync(second, "sockudo_cluster_messages_received_total")) >= recorded.Count, "the recordings came");
        output.WriteLine($"{recorded.Count} messages recorded and sent again");
        await client.FenceAsync();
        Assert.Equal(["new"], client.Received.Where(static item => item.Name == "placed").Select(static item => item.DataString));
        Assert.DoesNotContain(client.Received, static item => item.Name.Contains("member_", StringComparison.Ordinal));
        var status = await second.Http.GetStringAsync(new Uri(second.MetricsUri, "/cluster"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("web-1", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_with_a_secret_that_start_one_after_another_and_are_replaced_one_by_one_stay_one_cluster()
    {
        await using var broker = new RedisServer();
        await broker.StartAsync();
        List<SockudoServer> nodes = [];
        try
        {
            for (var i = 0; i < 3; i++) nodes.Add(await SockudoServer.StartAsync(Node(broker, $"web-{i}")));
            for (var i = 0; i < 3; i++)
            {
                await nodes[i].StopAsync();
                await nodes[i].DisposeAsync();
                nodes[i] = await SockudoServer.StartAsync(Node(broker, $"web-{i + 3}"));
                await EverybodyHearsAsync(nodes, $"round {i}");
            }
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_nodes_with_a_secret_that_start_in_one_moment_hear_each_other()
    {
        await using var broker = new RedisServer();
        await broker.StartAsync();
        var nodes = await Task.WhenAll(SockudoServer.StartAsync(Node(broker, "web-1")), SockudoServer.StartAsync(Node(broker, "web-2")));
        await using var first = nodes[0];
        await using var second = nodes[1];
        await EverybodyHearsAsync(nodes, "hello");
    }

    private static async Task EverybodyHearsAsync(IReadOnlyList<SockudoServer> nodes, string what)
    {
        foreach (var from in nodes)
        {
            foreach (var to in nodes)
            {
                await using var client = await to.ConnectAsync(App);
                await client.SubscribeAsync("news");
                Assert.Equal(200, (int)(await from.Api(App).PublishAsync("news", "greeting", what)).Status);
                Assert.Equal(what, (await client.WaitForAsync("greeting", "news")).DataString);
            }
        }
    }

    private static async Task<long> CountAsync(SockudoServer node, string metric) =>
        (long)(await node.Http.GetStringAsync(node.MetricsUri)).Split('\n')
            .Where(line => line.StartsWith(metric, StringComparison.Ordinal))
            .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private static ServerSetup Node(RedisServer broker, string label) => new ServerSetup { Apps = [App] }
        .Set("instance.process_id", label)
        .Set("adapter.driver", "redis")
        .Set("database.redis.port", broker.Port)
        .Set("adapter.cluster_secret", "correct horse");
}

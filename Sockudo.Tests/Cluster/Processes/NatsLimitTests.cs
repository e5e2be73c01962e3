using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary>
/// Server processes on a real nats-server that takes little: whatever is published either arrives at the other node or is a 413, and never
/// stops what follows.
/// </summary>
public sealed class NatsLimitTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Small = 64 * 1024;
    private const int Usual = 1024 * 1024;

    private static readonly TestApp App = new("limits");

    private readonly List<SockudoServer> _nodes = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
    }

    [Theory]
    [InlineData("x", 65_536, 55_000, 300)]
    [InlineData("\"", 12_000, 4000, 500)]
    [InlineData("\u0001", 12_000, 4000, 500)]
    public async Task What_is_answered_200_arrives_and_what_cannot_is_a_413(string letter, int from, int to, int step)
    {
        await using var broker = await BrokerAsync(Small);
        await StartAsync(broker, 2);
        await using var client = await _nodes[1].ConnectAsync(App);
        await client.SubscribeAsync("news");
        List<string> taken = [];
        var refused = 0;
        for (var size = from; size > to; size -= step)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"event-{size}");
            var answer = await PublishAsync(0, name, string.Concat(Enumerable.Repeat(letter, size)));
            if (answer.Status == HttpStatusCode.RequestEntityTooLarge) refused++;
            else taken.Add(name);
            Assert.Contains(answer.Status, new[] { HttpStatusCode.OK, HttpStatusCode.RequestEntityTooLarge });
        }

        foreach (var name in taken) Assert.Equal(name, (await client.WaitForAsync(static e => e.Channel == "news" && e.Name.StartsWith("event-", StringComparison.Ordinal), name)).Name);
        Assert.InRange(refused, 1, int.MaxValue);
        Assert.NotEmpty(taken);
        output.WriteLine($"{refused} refused, the largest taken is {taken[0]}");
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task A_burst_that_joins_into_more_than_the_broker_takes_arrives_whole()
    {
        await using var broker = await BrokerAsync(Small);
        await StartAsync(broker, 2);
        await using var client = await _nodes[1].ConnectAsync(App);
        await client.SubscribeAsync("news");
        var data = new string('x', 10_000);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => PublishAsync(0, "burst", data)));
        Assert.All(answers, static answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        for (var i = 0; i < 40; i++) await client.WaitForAsync("burst", "news");
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task What_an_outage_held_back_and_what_a_joining_node_asks_for_is_cut_to_the_limit()
    {
        await using var broker = await BrokerAsync(Small);
        await StartAsync(broker, 2);
        await using var client = await _nodes[1].ConnectAsync(App);
        await client.SubscribeAsync("news");
        await broker.Process.KillAsync();
        var data = new string('x', 10_000);
        for (var i = 0; i < 40; i++) Assert.Equal(HttpStatusCode.OK, (await PublishAsync(0, "held", data)).Status);
        await broker.StartAsync();
        for (var i = 0; i < 40; i++) await client.WaitForAsync("held", "news");

        List<PusherConnection> members = [];
        for (var i = 0; i < 60; i++)
        {
            members.Add(await _nodes[0].ConnectAsync(App));
            await members[i].JoinAsync("presence-room", string.Create(CultureInfo.InvariantCulture, $"user-{i}"), new JsonObject { ["text"] = new string('y', 1500) });
        }

        await StartAsync(broker, 1);
        await using var late = await _nodes[2].ConnectAsync(App);
        var joined = await late.JoinAsync("presence-room", "late");
        Assert.Equal(61, joined.DataJson!["presence"]!["count"]!.GetValue<int>());
        foreach (var member in members) await member.DisposeAsync();
        await AssertNothingLostAsync();
    }

    [Theory]
    [InlineData(Usual, Small)]
    [InlineData(Small, Usual)]
    public async Task The_limit_is_the_one_of_the_server_that_is_connected_now(int first, int second)
    {
        await using var broker = await BrokerAsync(first);
        await StartAsync(broker, 2);
        await using var client = await _nodes[1].ConnectAsync(App);
        await client.SubscribeAsync("news");
        var data = new string('x', 200_000);
        Assert.Equal(Expected(first), (await PublishAsync(0, "first", data)).Status);
        await broker.Process.KillAsync();
        Write(broker, second);
        await broker.StartAsync();
        foreach (var node in _nodes) await node.WaitUntilReadyAsync();
        await Eventually.TrueAsync(async () => (await PublishAsync(0, "second", data)).Status == Expected(second), "the new limit counts");
        Assert.Equal(HttpStatusCode.OK, (await PublishAsync(0, "last", "small")).Status);
        if (second == Usual) await client.WaitForAsync("second", "news");
        await client.WaitForAsync("last", "news");
    }

    [Fact]
    public async Task A_server_that_takes_less_than_32_KiB_makes_a_node_unready_that_names_the_setting()
    {
        await using var broker = await BrokerAsync(Usual);
        await StartAsync(broker, 1);
        await broker.Process.KillAsync();
        Write(broker, 16 * 1024);
        await broker.StartAsync();
        await Eventually.TrueAsync(async () => (await ReasonAsync()).Contains("max_payload", StringComparison.Ordinal), "the reason names max_payload", state: () => _nodes[0].Log);
        var reason = await ReasonAsync();
        output.WriteLine(reason);
        Assert.Contains("16384", reason, StringComparison.Ordinal);
    }

    private static HttpStatusCode Expected(int limit) => limit == Usual ? HttpStatusCode.OK : HttpStatusCode.RequestEntityTooLarge;

    private async Task<string> ReasonAsync()
    {
        using var answer = await _nodes[0].Http.GetAsync(new Uri(_nodes[0].MetricsUri, "/ready"));
        return answer.StatusCode == HttpStatusCode.ServiceUnavailable ? await answer.Content.ReadAsStringAsync() : "";
    }

    private async Task AssertNothingLostAsync()
    {
        foreach (var node in _nodes)
        {
            var counters = JsonNode.Parse(await node.Http.GetStringAsync(new Uri(node.MetricsUri, "/cluster")))!;
            Assert.All(counters["nodes"]!.AsArray().SelectMany(static other => other!["links"]!.AsArray()), static link => Assert.Equal(0, link!["lost"]!.GetValue<long>()));
            using var ready = await node.Http.GetAsync(new Uri(node.HttpUri, "/ready"));
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }
    }

    private Task<ApiResponse> PublishAsync(int node, string name, string data) => _nodes[node].Api(App).PublishAsync("news", name, data);

    private static async Task<NatsServer> BrokerAsync(int maxPayload)
    {
        var broker = new NatsServer(_ => MaxPayload(maxPayload));
        await broker.StartAsync();
        return broker;
    }

    private static void Write(NatsServer broker, int maxPayload) => File.WriteAllText(
        Path.Combine(broker.Process.Folder, "nats.conf"), string.Create(CultureInfo.InvariantCulture, $"listen: \"127.0.0.1:{broker.Port}\"\n{MaxPayload(maxPayload)}\n"));

    private static string MaxPayload(int bytes) => string.Create(CultureInfo.InvariantCulture, $"max_payload: {bytes}");

    private async Task StartAsync(NatsServer broker, int count) => _nodes.AddRange(await Task.WhenAll(Enumerable.Range(_nodes.Count, count).Select(i => SockudoServer.StartAsync(
        new ServerSetup { Apps = [App] }
            .Set("instance.process_id", string.Create(CultureInfo.InvariantCulture, $"web-{i}"))
            .Set("adapter.driver", "nats")
            .Set("adapter.nats.servers", new JsonArray(JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{broker.Port}"))))
            .Set("adapter.cluster_health.heartbeat_interval_ms", 500)
            .Set("adapter.cluster_health.node_timeout_ms", 2000)
            .Set("adapter.cluster_health.cleanup_interval_ms", 500)))));
}

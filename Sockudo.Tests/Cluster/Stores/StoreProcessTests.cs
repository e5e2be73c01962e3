using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>Servers that share nothing but a Redis for their cache and their limits, as an operator starts them.</summary>
public sealed class StoreProcessTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TestApp App = new("stores");

    private readonly RedisServer _redis = new();

    public async ValueTask InitializeAsync() => await _redis.StartAsync();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    [Fact]
    public async Task Three_servers_on_one_redis_share_one_limit_exactly()
    {
        const int Limit = 30;
        var nodes = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => SockudoServer.StartAsync(Limited(Limit))));
        try
        {
            // All at once on every node, but never so many that a loaded machine makes one wait for its second.
            var answers = new List<ApiResponse>();
            for (var i = 0; i < 10; i++)
                answers.AddRange(await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => nodes).Select(static node => node.Api(App).GetAsync("/channels"))));

            output.WriteLine($"{answers.Count} requests to {nodes.Length} servers: {answers.Count(static answer => answer.Status == HttpStatusCode.OK)} admitted, the limit is {Limit}.");
            output.WriteLine(string.Join(", ", answers.GroupBy(static answer => answer.Status).Select(static group => $"{group.Key}: {group.Count()}")));
            Assert.Equal(Limit, answers.Count(static answer => answer.Status == HttpStatusCode.OK));
            Assert.Equal(120 - Limit, answers.Count(static answer => answer.Status == HttpStatusCode.TooManyRequests));

            // Sockets have a limit of their own, through the same Redis.
            var sockets = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => TryConnectAsync(nodes[i % 3])));
            Assert.Equal(5, sockets.Count(static isAdmitted => isAdmitted));

            await _redis.Process.KillAsync();
            await Eventually.TrueAsync(
                async () => (await nodes[0].Api(App).GetAsync("/channels")).Body.Contains("rate_limiter_unavailable", StringComparison.Ordinal),
                "the API to be refused while nobody counts");
            var refused = await nodes[0].Api(App).GetAsync("/channels");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
            Assert.True(await TryConnectAsync(nodes[0]), "sockets are admitted while nobody counts");
            var metrics = await nodes[0].Http.GetStringAsync(nodes[0].MetricsUri, TestContext.Current.CancellationToken);
            Assert.Contains("rate_limit_unavailable_total{limiter=\"api\",outcome=\"refused\"", metrics, StringComparison.Ordinal);
            Assert.Contains("rate_limit_unavailable_total{limiter=\"websocket_connect\",outcome=\"admitted\"", metrics, StringComparison.Ordinal);
            Assert.Equal(1, nodes[0].Log.Split("The rate limiter api has no answer").Length - 1);
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_restarted_server_still_has_the_last_events()
    {
        await using (var first = await SockudoServer.StartAsync(Cached()))
        {
            Assert.Equal(HttpStatusCode.OK, (await first.Api(App).PublishAsync("cache-prices", "changed", "12.50")).Status);
            await first.StopAsync();
        }

        await using var second = await SockudoServer.StartAsync(Cached());
        await using var client = await second.ConnectAsync(App);
        await client.SubscribeAsync("cache-prices");
        Assert.Equal("12.50", (await client.WaitForAsync("changed", "cache-prices")).DataString);
        await client.SubscribeAsync("cache-nothing");
        await client.WaitForAsync("pusher:cache_miss", "cache-nothing");
        var shown = await second.Api(App).GetAsync("/channels/cache-prices", ("info", "cache"));
        Assert.Contains("12.50", shown.Json["cache"]!["data"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_on_another_node_gets_the_first_answer_and_publishes_nothing()
    {
        await using var first = await SockudoServer.StartAsync(Cached());
        await using var second = await SockudoServer.StartAsync(Cached());
        await using var ofFirst = await first.ConnectAsync(App);
        await using var ofSecond = await second.ConnectAsync(App);
        foreach (var client in new[] { ofFirst, ofSecond }) await client.SubscribeAsync("orders");
        var body = new JsonObject { ["name"] = "paid", ["channel"] = "orders", ["data"] = "1", ["info"] = "subscription_count", ["idempotency_key"] = "order-1-paid" };

        var answer = await first.Api(App).PublishAsync(body);
        var retry = await second.Api(App).PublishAsync(body);

        Assert.Equal((HttpStatusCode.OK, """{"channels":{"orders":{"subscription_count":1}}}"""), (answer.Status, answer.Body));
        Assert.Equal(answer.Body, retry.Body);
        await ofFirst.WaitForAsync("paid", "orders");
        Assert.DoesNotContain(await ofSecond.FenceAsync(), static received => received.Name == "paid");

        await _redis.Process.KillAsync();
        await Eventually.TrueAsync(async () => await first.Http.GetStringAsync("/up") == "DEGRADED", "the node to say that its cache is away");
        body["idempotency_key"] = "order-2-paid";
        Assert.Equal(HttpStatusCode.OK, (await first.Api(App).PublishAsync(body)).Status);
    }

    private static async Task<bool> TryConnectAsync(SockudoServer node)
    {
        try
        {
            await using var connection = await node.ConnectAsync(App);
            return true;
        }
        catch (Exception exception) when (exception.ToString().Contains("429", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private ServerSetup Cached() => new ServerSetup { Apps = [App] }
        .Set("cache.driver", "redis").Set("cache.redis.url_override", $"redis://127.0.0.1:{_redis.Port}");

    private ServerSetup Limited(int limit) => new ServerSetup { Apps = [App] }
        .Set("rate_limiter.enabled", true).Set("rate_limiter.driver", "redis").Set("rate_limiter.redis.url_override", $"redis://127.0.0.1:{_redis.Port}")
        .Set("rate_limiter.api_rate_limit.max_requests", limit).Set("rate_limiter.api_rate_limit.window_seconds", 600)
        .Set("rate_limiter.websocket_rate_limit.max_requests", 5).Set("rate_limiter.websocket_rate_limit.window_seconds", 600);
}

using System.Globalization;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>Server processes on a real Redis, with a quick heartbeat, for those who watch them from outside.</summary>
internal sealed class WatchedCluster : IAsyncDisposable
{
    private WatchedCluster(RedisServer redis, SockudoServer[] nodes) => (Redis, Nodes) = (redis, nodes);

    public static TestApp App { get; } = new("watched");

    public RedisServer Redis { get; }

    public SockudoServer[] Nodes { get; }

    public string Logs => string.Join("\n\n", Nodes.Select(static node => node.Log));

    public static async Task<WatchedCluster> StartAsync(int nodes, int heartbeatMs)
    {
        var redis = new RedisServer();
        await redis.StartAsync();
        return new WatchedCluster(redis, await Task.WhenAll(Enumerable.Range(1, nodes).Select(number => SockudoServer.StartAsync(
            new ServerSetup { Apps = [App], HostEnvironment = "Development" }
                .Set("adapter.driver", "redis")
                .Set("adapter.cluster_health.heartbeat_interval_ms", heartbeatMs)
                .Set("adapter.cluster_health.node_timeout_ms", 4 * heartbeatMs)
                .Set("adapter.cluster_health.cleanup_interval_ms", heartbeatMs)
                .Set("database.redis.host", "127.0.0.1")
                .Set("database.redis.port", redis.Port)
                .Set("instance.process_id", string.Create(CultureInfo.InvariantCulture, $"node-{number}"))))));
    }

    /// <summary>One round of everything a dashboard shows: connects, publishes, client events, refusals, ends.</summary>
    public async Task WorkAsync()
    {
        foreach (var node in Nodes)
        {
            await using var client = await node.ConnectAsync(App);
            await client.SubscribeAsync("private-orders");
            await client.SubscribeAsync("news");
            await client.SendSubscribeAsync("private-other", auth: "watched-key:00");
            await client.SendAsync("client-typing", new JsonObject(), "private-orders");
            for (var i = 0; i < 10; i++) await node.Api(App).PublishAsync("private-orders", "order-shipped", "{}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes) await node.DisposeAsync();
        await Redis.DisposeAsync();
    }
}

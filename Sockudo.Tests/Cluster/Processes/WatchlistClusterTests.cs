using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary>Watchlists over the cluster, with server processes and a real broker.</summary>
public sealed class WatchlistClusterTests
{
    [Fact]
    public async Task A_watchlist_tells_of_a_user_whose_sockets_are_on_other_nodes_when_the_first_comes_and_the_last_goes()
    {
        await using var broker = new RedisServer();
        await broker.StartAsync();
        var nodes = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => SockudoServer.StartAsync(Node(broker, $"web-{i}"))));
        try
        {
            await using var ada = await nodes[0].ConnectAsync(TestApps.Users);
            await ada.SignInAsync("ada", "grace");
            Assert.Equal("""{"events":[{"name":"offline","user_ids":["grace"]}]}""", await NextAsync(ada));

            var first = await nodes[1].ConnectAsync(TestApps.Users);
            await first.SignInAsync("grace");
            Assert.Equal("""{"events":[{"name":"online","user_ids":["grace"]}]}""", await NextAsync(ada));

            // A second socket on a third node: who signs in there sees her online, and nobody is told again.
            var second = await nodes[2].ConnectAsync(TestApps.Users);
            await second.SignInAsync("grace");
            await using var eve = await nodes[2].ConnectAsync(TestApps.Users);
            await eve.SignInAsync("eve", "grace");
            Assert.Equal("""{"events":[{"name":"online","user_ids":["grace"]}]}""", await NextAsync(eve));

            await first.DisposeAsync();
            await second.DisposeAsync();
            Assert.Equal("""{"events":[{"name":"offline","user_ids":["grace"]}]}""", await NextAsync(ada));
            Assert.Equal("""{"events":[{"name":"offline","user_ids":["grace"]}]}""", await NextAsync(eve));
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    private static async Task<string> NextAsync(PusherConnection connection) =>
        (await connection.WaitForAsync("pusher_internal:watchlist_events")).DataJson!.ToJsonString();

    private static ServerSetup Node(RedisServer broker, string label) => new ServerSetup { Apps = [TestApps.Users] }
        .Set("instance.process_id", label)
        .Set("adapter.driver", "redis")
        .Set("database.redis.port", broker.Port);
}

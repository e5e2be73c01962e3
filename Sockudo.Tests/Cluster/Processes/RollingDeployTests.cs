using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary>A deploy that replaces a node, with server processes over a real broker.</summary>
public sealed class RollingDeployTests
{
    private static readonly TestApp App = new("deploy");

    [Fact]
    public async Task A_user_whose_node_is_stopped_and_who_reconnects_to_another_is_not_seen_to_leave()
    {
        await using var broker = new RedisServer();
        await broker.StartAsync();
        var nodes = await Task.WhenAll(SockudoServer.StartAsync(Node(broker, "web-1")), SockudoServer.StartAsync(Node(broker, "web-2")));
        await using var stopped = nodes[0];
        await using var stays = nodes[1];
        await using var watcher = await stays.ConnectAsync(App);
        await watcher.JoinAsync("presence-room", "eve");
        await using var ada = await stopped.ConnectAsync(App);
        await ada.JoinAsync("presence-room", "ada");
        await watcher.WaitForAsync("pusher_internal:member_added", "presence-room");

        await stopped.StopAsync();
        Assert.Equal(4200, (await ada.ClosedAsync()).Code);
        await using var back = await stays.ConnectAsync(App);
        await back.JoinAsync("presence-room", "ada");

        // Bob comes and goes for good: by the time he is seen to go, ada's grace has ended too.
        await using (var later = await stays.ConnectAsync(App)) await later.JoinAsync("presence-room", "bob");
        await watcher.WaitForAsync(
            static item => item.Name == "pusher_internal:member_removed" && item.DataString.Contains("bob", StringComparison.Ordinal), "bob's leaving", TimeSpan.FromSeconds(20));

        Assert.Equal(
            ["pusher_internal:member_added ada", "pusher_internal:member_added bob", "pusher_internal:member_removed bob"],
            watcher.Received.Where(static item => item.Name.Contains("member_", StringComparison.Ordinal)).Select(static item => $"{item.Name} {item.DataJson!["user_id"]}"));
    }

    private static ServerSetup Node(RedisServer broker, string label) => new ServerSetup { Apps = [App] }
        .Set("instance.process_id", label)
        .Set("adapter.driver", "redis")
        .Set("database.redis.port", broker.Port)
        .Set("presence.leave_grace_ms", 3000);
}

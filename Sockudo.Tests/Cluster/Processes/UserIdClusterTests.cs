using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Processes;

/// <summary>Ids of users that are no plain words, over three server processes and a real broker: every step takes what sign-in took.</summary>
public sealed class UserIdClusterTests(UserIdClusterTests.Cluster cluster) : IClassFixture<UserIdClusterTests.Cluster>
{
    public static TheoryData<string> Ids => ["idp|42", "a b", "\u00e9", "a/b"];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task An_event_to_the_user_reaches_a_socket_on_another_node(string id)
    {
        await using var user = await cluster.Nodes[0].ConnectAsync(cluster.App);
        await user.SignInAsync(id);

        var answer = await cluster.Nodes[1].Api(cluster.App).PublishAsync($"#server-to-user-{id}", "told", "hello");

        Assert.Equal(200, (int)answer.Status);
        Assert.Equal($"#server-to-user-{id}", (await user.WaitForAsync("told")).Channel);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Terminating_the_user_on_another_node_closes_the_socket(string id)
    {
        await using var user = await cluster.Nodes[0].ConnectAsync(cluster.App);
        await user.SignInAsync(id);

        var answer = await cluster.Nodes[2].Api(cluster.App).SendAsync(
            HttpMethod.Post, $"/users/{Uri.EscapeDataString(id)}/terminate_connections", "{}");

        Assert.Equal(200, (int)answer.Status);
        Assert.Equal(4009, (await user.ClosedAsync()).Code);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_watchlist_on_another_node_tells_of_the_user(string id)
    {
        await using var watcher = await cluster.Nodes[1].ConnectAsync(cluster.App);
        await watcher.SignInAsync("watcher", id);
        await watcher.WaitForAsync("pusher_internal:watchlist_events");

        await using var user = await cluster.Nodes[0].ConnectAsync(cluster.App);
        await user.SignInAsync(id);

        var told = await watcher.WaitForAsync(
            item => item.Name == "pusher_internal:watchlist_events" && item.DataJson!["events"]![0]!["name"]!.GetValue<string>() == "online", $"{id} is online");
        Assert.Equal(id, told.DataJson!["events"]![0]!["user_ids"]![0]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_webhook_of_a_member_says_the_id_as_it_is(string id)
    {
        var channel = $"presence-{Guid.NewGuid():N}";
        await using var user = await cluster.Nodes[0].ConnectAsync(cluster.App);
        await user.SignInAsync(id);
        await user.SendSubscribeAsync(channel);
        await user.WaitForAsync("pusher_internal:subscription_succeeded", channel);

        await Eventually.TrueAsync(
            () => cluster.Receiver.AcceptedBriefs().Contains($"member_added {channel} {id}"), $"member_added of {id}", Deadline.Default);
    }

    /// <summary>Three nodes, a Redis and a receiver of webhooks, started once.</summary>
    public sealed class Cluster : IAsyncLifetime
    {
        private readonly RedisServer _broker = new();

        internal SockudoServer[] Nodes { get; private set; } = [];

        internal WebhookReceiver Receiver { get; private set; } = null!;

        internal TestApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Receiver = await WebhookReceiver.StartAsync();
            App = new TestApp("names")
            {
                Settings = new Dictionary<string, object>
                {
                    ["enable_user_authentication"] = true,
                    ["enable_watchlist_events"] = true,
                    ["webhooks"] = new System.Text.Json.Nodes.JsonArray(new System.Text.Json.Nodes.JsonObject
                    {
                        ["url"] = Receiver.Url(),
                        ["event_types"] = new System.Text.Json.Nodes.JsonArray("member_added"),
                    }),
                },
            };
            await _broker.StartAsync();
            Nodes = await Task.WhenAll(Enumerable.Range(1, 3).Select(i => SockudoServer.StartAsync(new ServerSetup { Apps = [App] }
                .Set("instance.process_id", $"web-{i}")
                .Set("adapter.driver", "redis")
                .Set("database.redis.port", _broker.Port))));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in Nodes) await node.DisposeAsync();
            await Receiver.DisposeAsync();
            await _broker.DisposeAsync();
        }
    }
}

using System.Text.Json.Nodes;
using Sockudo.Tests.Conformance;
using Sockudo.Tests.Infrastructure;
using Xunit;
using static Sockudo.Tests.Integration.Webhooks.WebhookApps;

namespace Sockudo.Tests.Integration.Webhooks;

/// <summary>What backends are told, by a real server to a real receiver.</summary>
public sealed class WebhookEventTests(WebhookEventTests.Fixture fixture, RealClients clients, ITestOutputHelper output) : IClassFixture<WebhookEventTests.Fixture>
{
    private WebhookReceiver Receiver => fixture.Receiver;

    [Fact]
    public async Task A_channel_is_occupied_with_its_first_subscription_and_vacated_with_its_last()
    {
        await using var ada = await fixture.ConnectAsync();
        await using var bob = await fixture.ConnectAsync();
        await ada.SubscribeAsync("orders-1");
        await bob.SubscribeAsync("orders-1");
        await ada.UnsubscribeAsync("orders-1");
        await bob.UnsubscribeAsync("orders-1");
        await fixture.ToldAsync("channel_vacated orders-1");
        Assert.Equal(["channel_occupied orders-1", "channel_vacated orders-1"], fixture.Told("orders-1", "channel_occupied", "channel_vacated"));
    }

    [Fact]
    public async Task Members_are_told_when_their_user_comes_and_goes()
    {
        await using var ada = await fixture.ConnectAsync();
        await ada.JoinAsync("presence-room-1", "ada");
        await using (var bob = await fixture.ConnectAsync())
        {
            await bob.JoinAsync("presence-room-1", "bob");
        }

        await fixture.ToldAsync("member_removed presence-room-1 bob");
        Assert.Equal(
            ["member_added presence-room-1 ada", "member_added presence-room-1 bob", "member_removed presence-room-1 bob"],
            fixture.Told("presence-room-1", "member_added", "member_removed"));
    }

    [Fact]
    public async Task A_page_that_reloads_tells_nothing()
    {
        await using (var before = await fixture.ConnectAsync())
        {
            await before.JoinAsync("presence-reloaded", "dora");
            await before.SignInAsync("dora");
        }

        await using var after = await fixture.ConnectAsync();
        await after.JoinAsync("presence-reloaded", "dora");
        await after.SignInAsync("dora");

        // A channel that is vacated now is told after what would have been told of the reload.
        await using (var other = await fixture.ConnectAsync())
        {
            await other.SubscribeAsync("after-the-reload");
        }

        await fixture.ToldAsync("channel_vacated after-the-reload");
        Assert.Equal(["channel_occupied presence-reloaded", "member_added presence-reloaded dora"], fixture.Told("presence-reloaded", "channel_occupied", "channel_vacated", "member_added", "member_removed").Order());
        Assert.Equal(["user_online dora"], Receiver.AcceptedBriefs().Where(text => text.StartsWith("user_", StringComparison.Ordinal) && text.EndsWith(" dora", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_client_event_is_told_with_its_data_as_text_and_its_sender()
    {
        await using var ada = await fixture.ConnectAsync();
        await ada.JoinAsync("presence-room-2", "ada");
        await ada.SendAsync("client-moved", new JsonObject { ["to"] = "é+<" }, "presence-room-2");
        var told = await fixture.ToldAsync("client_event presence-room-2 client-moved ada");
        output.WriteLine(told.ToJsonString());
        Assert.Equal("é+<", JsonNode.Parse(told["data"]!.GetValue<string>())!["to"]!.GetValue<string>());
        Assert.Equal((ada.SocketId, "ada"), (told["socket_id"]!.GetValue<string>(), told["user_id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_cache_channel_without_an_event_is_told()
    {
        await using var ada = await fixture.ConnectAsync();
        await ada.SubscribeAsync("cache-prices");
        var told = await fixture.ToldAsync("cache_miss cache-prices");
        Assert.Equal("{}", told["data"]!.GetValue<string>());
    }

    [Fact]
    public async Task Subscriptions_are_counted_but_not_on_presence_channels()
    {
        await using var ada = await fixture.ConnectAsync();
        await using var bob = await fixture.ConnectAsync();
        await ada.JoinAsync("presence-room-3", "ada");
        await ada.SubscribeAsync("counted");
        await bob.SubscribeAsync("counted");
        await bob.UnsubscribeAsync("counted");
        await ada.UnsubscribeAsync("counted");
        await Receiver.Accepted.FirstAsync(item => item.Event["channel"]?.GetValue<string>() == "counted" && item.Event["subscription_count"]?.GetValue<int>() == 0, "a count of 0");
        var counts = Receiver.Accepted.All.Where(item => item.Event["name"]!.GetValue<string>() == "subscription_count")
            .Select(item => (item.Event["channel"]!.GetValue<string>(), item.Event["subscription_count"]!.GetValue<int>())).Where(item => item.Item1 is "counted" or "presence-room-3");
        Assert.Equal([("counted", 1), ("counted", 2), ("counted", 1), ("counted", 0)], counts);
    }

    [Fact]
    public async Task A_user_is_online_with_its_first_sign_in_and_offline_with_its_last_connection()
    {
        await using (var first = await fixture.ConnectAsync())
        {
            await first.SignInAsync("carol");
            await using var second = await fixture.ConnectAsync();
            await second.SignInAsync("carol");
        }

        await fixture.ToldAsync("user_offline carol");
        Assert.Equal(["user_online carol", "user_offline carol"], Receiver.AcceptedBriefs().Where(text => text.EndsWith(" carol", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_filter_keeps_other_channels_away_and_headers_are_sent()
    {
        await using var ada = await fixture.ConnectAsync();
        await ada.SubscribeAsync("orders-77-eu");
        await ada.SubscribeAsync("orders-x-eu");
        await ada.SubscribeAsync("orders-78-us");
        await ada.SubscribeAsync("orders-79-eu");
        foreach (var channel in new[] { "orders-77-eu", "orders-x-eu", "orders-78-us", "orders-79-eu" })
            await fixture.ToldAsync($"channel_occupied {channel}");
        await Eventually.EqualAsync(2, () => Task.FromResult(Receiver.AcceptedBriefs("/filtered").Count), "the number of filtered webhooks");
        Assert.Equal(["channel_occupied orders-77-eu", "channel_occupied orders-79-eu"], Receiver.AcceptedBriefs("/filtered").Order());
        Assert.All(Receiver.Requests.All.Where(request => request.Path == "/filtered"), request => Assert.Equal("eu", request.Headers["x-region"]));
    }

    [Fact]
    public async Task The_pusher_SDK_accepts_every_webhook_and_refuses_a_changed_one()
    {
        await using (var ada = await fixture.ConnectAsync())
        {
            await ada.JoinAsync("presence-room-4", "ada");
            await ada.SubscribeAsync("cache-room-4");
            await ada.SubscribeAsync("room-4");
            await ada.SendAsync("client-hello", "hi", "presence-room-4");
        }

        await fixture.ToldAsync("client_event presence-room-4 client-hello ada");
        var node = await clients.OfAsync(ClientHost.Node);
        var requests = Receiver.Requests.All;
        foreach (var request in requests)
        {
            Assert.True(request.IsSignedBy(fixture.App), request.ToString());
            var valid = await VerifyAsync(node, request, request.Body);
            Assert.Equal((true, request.Events.Count), (valid["valid"]!.GetValue<bool>(), valid["events"]!.AsArray().Count));
            Assert.InRange(valid["time"]!.GetValue<long>(), 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            Assert.False((await VerifyAsync(node, request, request.Body.Replace("\"events\"", "\"Events\"", StringComparison.Ordinal)))["valid"]!.GetValue<bool>());
        }

        output.WriteLine($"webhooks the SDK accepted: {requests.Count}");
    }

    [Fact]
    public async Task Every_event_has_an_id_of_its_own()
    {
        await using (var ada = await fixture.ConnectAsync())
        {
            await ada.SubscribeAsync("ids");
        }

        await fixture.ToldAsync("channel_occupied ids");
        var ids = Receiver.Accepted.All.Where(item => item.Request.Path == "/hook").Select(item => item.Event["event_id"]!.GetValue<string>()).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Equal(Receiver.Requests.All.Count, Receiver.Requests.All.Select(request => request.EventId).Distinct().Count());
    }

    [Fact]
    public async Task Statistics_and_metrics_count_them()
    {
        await using (var ada = await fixture.ConnectAsync())
        {
            await ada.SubscribeAsync("stats");
        }

        await fixture.ToldAsync("channel_occupied stats");
        var metrics = await fixture.Server.Http.GetStringAsync(fixture.Server.MetricsUri, TestContext.Current.CancellationToken);
        Assert.Contains("sockudo_webhook_attempts_total{", metrics, StringComparison.Ordinal);
        Assert.Contains("sockudo_webhook_queue_depth{", metrics, StringComparison.Ordinal);
        Assert.Contains("event_type=\"channel_occupied\"", metrics, StringComparison.Ordinal);
        var stats = JsonNode.Parse(await fixture.Server.Http.GetStringAsync(new Uri(fixture.Server.MetricsUri, "/stats"), TestContext.Current.CancellationToken))!;
        Assert.Equal("memory", stats["webhooks"]!["queue"]!.GetValue<string>());
        Assert.InRange(stats["apps"]![0]!["webhooks"]!["delivered"]!.GetValue<int>(), 1, int.MaxValue);
        Assert.Equal(0, stats["apps"]![0]!["webhooks"]!["dead_letters"]!.GetValue<int>());
    }

    private static async Task<JsonObject> VerifyAsync(NodeScript node, ReceivedWebhook request, string body)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in request.Headers) headers[name] = value;
        var credentials = Identity.Credentials(App("hooks"), 1);
        return (await node.CallAsync("sdk.webhook", new JsonObject { ["app"] = credentials, ["headers"] = headers, ["body"] = body }))!.AsObject();
    }

    public sealed class Fixture : IAsyncLifetime
    {
        public WebhookReceiver Receiver { get; private set; } = null!;

        public SockudoServer Server { get; private set; } = null!;

        public TestApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Receiver = await WebhookReceiver.StartAsync();
            var filtered = Entry(Receiver.Url("/filtered"), "channel_occupied");
            filtered["filter"] = new JsonObject { ["channel_prefix"] = "orders-", ["channel_suffix"] = "-eu", ["channel_pattern"] = "^orders-[0-9]+-" };
            filtered["headers"] = new JsonObject { ["X-Region"] = "eu" };
            App = WebhookApps.App("hooks", Entry(Receiver.Url(), EveryType), filtered);
            Server = await SockudoServer.StartAsync(Setup(App));
        }

        public Task<PusherConnection> ConnectAsync() => Server.ConnectAsync(App);

        /// <summary>Waits for an event, in short; from the beginning.</summary>
        public async Task<JsonObject> ToldAsync(string text)
        {
            await Eventually.TrueAsync(
                () => Task.FromResult(Receiver.AcceptedBriefs().Contains(text)), $"the webhook '{text}'", state: () => string.Join('\n', Receiver.Requests.All) + "\n" + Server.Log);
            return Receiver.Accepted.All.First(item => item.Request.Path == "/hook" && WebhookReceiver.Brief(item.Event) == text).Event;
        }

        /// <summary>What was told of a channel, of these types.</summary>
        public IEnumerable<string> Told(string channel, params string[] types) =>
            Receiver.AcceptedBriefs().Where(text => types.Any(type => text.StartsWith($"{type} {channel}", StringComparison.Ordinal)));

        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            await Receiver.DisposeAsync();
        }
    }
}

using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Hosting;
using Sockudo.Server.Metrics;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>A <c>#server-to-user-</c> channel is a way to reach a user and no channel of the app's: no answer knows it.</summary>
public sealed class UserChannelTests
{
    private const string Own = "#server-to-user-ada";
    private const string Encoded = "%23server-to-user-ada";

    [Theory]
    [InlineData("/apps/app-id/channels", "")]
    [InlineData("/apps/app-id/channels", "filter_by_prefix=" + Own)]
    [InlineData("/apps/app-id/channels", "info=subscription_count")]
    public async Task It_is_not_listed(string path, string parameter)
    {
        await using var host = await ApiHost.StartAsync();
        await SubscribedAsync(host);

        var request = host.Request("GET", path);
        if (parameter.Split('=') is [var key, var value]) request.With(key, value);

        Assert.DoesNotContain("server-to-user", (await request.SendAsync()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_never_occupied()
    {
        await using var host = await ApiHost.StartAsync();
        await SubscribedAsync(host);

        var reply = await host.Request("GET", "/apps/app-id/channels/" + Encoded).With("info", "subscription_count").SendAsync();

        Assert.Equal("""{"occupied":false,"subscription_count":0}""", reply.Body);
    }

    [Fact]
    public async Task A_publish_tells_no_count_of_it()
    {
        await using var host = await ApiHost.StartAsync();
        await SubscribedAsync(host);

        var reply = await host.PublishAsync($$"""{"name":"e","channel":"{{Own}}","info":"subscription_count"}""");

        Assert.Contains("\"subscription_count\":0", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_still_reaches_the_user()
    {
        await using var host = await ApiHost.StartAsync();
        var subscriber = await SubscribedAsync(host);

        await host.PublishAsync($$"""{"name":"e","channel":"{{Own}}","data":"d"}""");

        Assert.Equal("e", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Fact]
    public async Task Statistics_and_metrics_do_not_count_it()
    {
        await using var host = await ApiHost.StartAsync();
        var metrics = host.Get<ServerMetrics>();
        ServerObservation.ObserveGauges(metrics, host.Get<ConnectionRegistry>(), host.Get<ChannelRegistry>());
        await SubscribedAsync(host);
        await host.PublishAsync($$"""{"name":"e","channel":"{{Own}}","data":"d"}""");

        var stats = await host.SendPlainAsync("GET", "/stats");
        var scrape = await host.SendPlainAsync("GET", "/metrics");

        Assert.Contains("\"channels\":0", stats.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"public\"", scrape.Body, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_is_told_of_its_transitions()
    {
        var observer = new CountingObserver();
        var registry = new ChannelRegistry(new CachedEvents(new Server.Caching.MemoryCache<CachedFrame>(10, TimeProvider.System)), observer);
        using var held = new Performance.HeldOutput();
        var connection = held.Connect();
        foreach (var name in new[] { Own, "chat" })
        {
            Assert.True(ChannelName.TryParse(name, 200, out var channel, out _));
            var entry = registry.GetOrAdd(held.App, channel);
            entry.Subscribe(connection, null, null);
            entry.Unsubscribe(connection);
        }

        Assert.All(observer.Told, static name => Assert.Equal("chat", name));
        Assert.NotEmpty(observer.Told);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("pre", 400)]
    [InlineData("private-", 400)]
    [InlineData("presence-", 200)]
    [InlineData("presence-room", 200)]
    public async Task A_user_count_needs_a_presence_prefix_whatever_is_occupied(string prefix, int status)
    {
        await using var host = await ApiHost.StartAsync();

        var empty = await Count(host, prefix);
        await new Subscriber(host).SubscribeAsync("presence-room", "ada");
        var occupied = await Count(host, prefix);
        await new Subscriber(host).SubscribeAsync("chat");

        Assert.Equal((status, status, status), (empty, occupied, await Count(host, prefix)));
    }

    private static async Task<int> Count(ApiHost host, string prefix) =>
        (await host.Request("GET", "/apps/app-id/channels").With("info", "user_count").With("filter_by_prefix", prefix).SendAsync()).Status;

    private static Task<Subscriber> SubscribedAsync(ApiHost host) => new Subscriber(host).SignIn("ada").SubscribeAsync(Own);

    private sealed class CountingObserver : IOccupancyObserver
    {
        public List<string> Told { get; } = [];

        public void ChannelOccupied(App app, ChannelName channel) => Told.Add(channel.Value);

        public void ChannelVacated(App app, ChannelName channel) => Told.Add(channel.Value);

        public void MemberAdded(App app, ChannelName channel, string userId) => Told.Add(channel.Value);

        public void MemberRemoved(App app, ChannelName channel, string userId) => Told.Add(channel.Value);

        public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here) => Told.Add(channel.Value);

        public void SubscriptionsChangedHere(App app, ChannelName channel, int count) => Told.Add(channel.Value);

        public void UserOnline(App app, string userId, bool isKnown) => Told.Add(userId);

        public void UserOffline(App app, string userId) => Told.Add(userId);
    }
}

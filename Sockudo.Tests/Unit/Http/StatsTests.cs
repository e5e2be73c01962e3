using System.Text.Json;
using Sockudo.Server.Adapters;
using Sockudo.Server.Channels;
using Sockudo.Server.Metrics.Prometheus;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class StatsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Stats_name_version_uptime_and_adapter()
    {
        _host.Clock.Advance(TimeSpan.FromSeconds(90));

        var stats = (await _host.SendPlainAsync("GET", "/stats")).Json;

        Assert.Equal(90, stats.GetProperty("uptime").GetInt32());
        Assert.Equal(("local", "ok"), (stats.GetProperty("adapter").GetProperty("driver").GetString(), stats.GetProperty("adapter").GetProperty("health").GetString()));
        Assert.Matches(@"^\d+\.\d+\.\d+", stats.GetProperty("version").GetString());
    }

    [Fact]
    public async Task Stats_count_what_an_app_has()
    {
        await (await new Subscriber(_host).SignIn("u-1").SubscribeAsync("chat")).SubscribeAsync("presence-chat", "u-1");
        await new Subscriber(_host).SignIn("u-1").SubscribeAsync("presence-chat", "u-2");
        await new Subscriber(_host).SubscribeAsync("cache-news");

        var app = await AppAsync("app-id");

        Assert.Equal((3, 1, 3, 4, 2), (Number(app, "connections"), Number(app, "users"), Number(app, "channels"), Number(app, "subscriptions"), Number(app, "presence_members")));
        Assert.Equal("""{"cache":1,"presence":1,"public":1}""", app.GetProperty("channels_by_type").GetRawText());
    }

    [Fact]
    public async Task An_app_nobody_uses_has_zeros()
    {
        var app = await AppAsync("other-id");

        Assert.Equal((0, 0, 0, 0), (Number(app, "connections"), Number(app, "users"), Number(app, "channels"), Number(app, "subscriptions")));
    }

    [Fact]
    public async Task Totals_are_those_of_the_metrics()
    {
        await _host.PublishAsync("""{"name":"e","channel":"c"}""");
        await _host.GetAsync(ApiHost.AnyPath);

        Assert.Equal(2, Number((await AppAsync("app-id")).GetProperty("totals"), "http_calls"));
    }

    [Fact]
    public async Task However_many_ask_the_stats_are_read_once_a_second()
    {
        var before = (await _host.SendPlainAsync("GET", "/stats")).Body;
        await new Subscriber(_host).SubscribeAsync("chat");
        _host.Clock.Advance(TimeSpan.FromMilliseconds(999));
        var within = (await _host.SendPlainAsync("GET", "/stats")).Body;
        _host.Clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(before, within);
        Assert.Equal(1, Number(await AppAsync("app-id"), "channels"));
    }

    [Fact]
    public async Task Two_hundred_apps_with_twenty_thousand_channels_are_one_walk()
    {
        var apps = Enumerable.Range(0, 200).Select(static i => ApiHost.App with { Id = $"app-{i}", Key = $"key-{i}" }).ToArray();
        await using var host = await ApiHost.StartAsync(apps: apps);
        var adapter = host.Get<IAdapter>();
        foreach (var app in apps)
        {
            var connection = new Subscriber(host, app).Connection;
            for (var i = 0; i < 100; i++) adapter.Subscribe(connection, Name($"channel-{i}"), member: null);
        }

        await host.SendPlainAsync("GET", "/live");
        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            var started = TimeProvider.System.GetTimestamp();
            var stats = (await host.SendPlainAsync("GET", "/stats")).Json;
            times.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            Assert.Equal(20_000, stats.GetProperty("apps").EnumerateArray().Sum(static app => Number(app, "channels")));
        }

        output.WriteLine($"/stats of 200 apps and 20,000 channels: {times.Min():0.0} ms at best");
        Assert.True(times.Min() < 250, $"{times.Min():0} ms"); // a walk for each app took 500
    }

    [Fact]
    public async Task Stats_never_show_a_secret()
    {
        var body = (await _host.SendPlainAsync("GET", "/stats")).Body;

        Assert.DoesNotContain("secret", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_scrape_is_Prometheus_text()
    {
        await _host.GetAsync(ApiHost.AnyPath);

        var reply = await _host.SendPlainAsync("GET", "/metrics");

        Assert.Equal(PrometheusExporter.ContentType, reply.Header("Content-Type"));
        Assert.Contains("sockudo_http_calls_received_total{app_id=\"app-id\",port=\"9601\"} 1", reply.Body, StringComparison.Ordinal);
    }

    private async Task<JsonElement> AppAsync(string id) => (await _host.SendPlainAsync("GET", "/stats")).Json
        .GetProperty("apps").EnumerateArray().Single(app => app.GetProperty("id").GetString() == id);

    private static ChannelName Name(string name) => ChannelName.TryParse(name, 200, out var channel, out _) ? channel : throw new ArgumentException(name);

    private static int Number(JsonElement of, string name) => of.GetProperty(name).GetInt32();
}

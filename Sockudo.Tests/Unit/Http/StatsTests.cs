using System.Text.Json;
using Sockudo.Server.Metrics.Prometheus;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class StatsTests : IAsyncLifetime
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

    private static int Number(JsonElement of, string name) => of.GetProperty(name).GetInt32();
}

using Sockudo.Server.Metrics;
using Xunit;

namespace Sockudo.Tests.Unit.Metrics;

public sealed class ServerMetricsTests
{
    private static readonly (string, string) Port = ("port", Scraper.Port);

    [Theory]
    [InlineData("sockudo_connected")]
    [InlineData("sockudo_new_connections_total")]
    [InlineData("sockudo_socket_received_bytes")]
    [InlineData("sockudo_http_calls_received_total")]
    [InlineData("sockudo_slow_consumers_closed_total")]
    public void A_configured_app_starts_at_zero(string name)
    {
        using var scraper = new Scraper();
        scraper.Metrics.ForApp("app-1");

        Assert.Equal(0, scraper.Scrape().Value(name, ("app_id", "app-1"), Port));
    }

    [Fact]
    public void Connections_are_read_from_the_truth_at_each_scrape()
    {
        using var scraper = new Scraper();
        var open = 3L;
        scraper.Metrics.ObserveConnections(() => [("app-1", open)]);
        var before = scraper.Scrape().Value("sockudo_connected", ("app_id", "app-1"), Port);

        open = 1;

        Assert.Equal(3, before);
        Assert.Equal(1, scraper.Scrape().Value("sockudo_connected", ("app_id", "app-1"), Port));
    }

    [Fact]
    public void An_app_without_connections_has_none_and_does_not_vanish()
    {
        using var scraper = new Scraper();
        scraper.Metrics.ForApp("quiet");
        scraper.Metrics.ObserveConnections(static () => [("busy", 9)]);

        Assert.Equal(0, scraper.Scrape().Value("sockudo_connected", ("app_id", "quiet"), Port));
    }

    [Fact]
    public void An_app_nobody_knows_any_more_vanishes_from_the_gauge()
    {
        using var scraper = new Scraper();
        IEnumerable<(string, long)> truth = [("deleted", 2)];
        scraper.Metrics.ObserveConnections(() => truth);
        scraper.Text();

        truth = [];

        Assert.Empty(scraper.Scrape().Families["sockudo_connected"].Samples);
    }

    [Fact]
    public void A_channel_kind_whose_last_channel_was_left_has_zero()
    {
        using var scraper = new Scraper();
        scraper.Metrics.ForApp("app-1").Subscribed("presence");
        scraper.Metrics.ObserveChannels(static () => []);

        Assert.Equal(0, scraper.Scrape().Value("sockudo_active_channels", ("app_id", "app-1"), ("channel_type", "presence"), Port));
    }

    [Fact]
    public void A_limiter_that_was_only_asked_has_triggered_zero_times()
    {
        using var scraper = new Scraper();
        scraper.Metrics.RateLimitChecked("app-1", MetricLabels.LimiterType.ClientEvents, MetricLabels.RequestContext.Other, triggered: false);

        var triggered = scraper.Scrape().Value(
            "sockudo_rate_limit_triggered_total", ("app_id", "app-1"), ("limiter_type", "client_events"), Port, ("request_context", "other"));

        Assert.Equal(0, triggered);
    }

    [Fact]
    public void Degraded_follows_its_supplier()
    {
        using var scraper = new Scraper();
        var degraded = true;
        scraper.Metrics.ObserveDegraded(() => degraded);
        var before = scraper.Scrape().Value("sockudo_degraded", Port);

        degraded = false;

        Assert.Equal(1, before);
        Assert.Equal(0, scraper.Scrape().Value("sockudo_degraded", Port));
    }

    [Fact]
    public void Ready_follows_its_supplier()
    {
        using var scraper = new Scraper();
        scraper.Metrics.ObserveReady(static () => true);

        Assert.Equal(1, scraper.Scrape().Value("sockudo_ready", Port));
    }
}

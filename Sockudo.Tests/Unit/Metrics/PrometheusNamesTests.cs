using Sockudo.Server.Metrics;
using Sockudo.Server.Metrics.Prometheus;
using Xunit;

namespace Sockudo.Tests.Unit.Metrics;

/// <summary>The documented names: dashboards and alerts written for them must find them unchanged.</summary>
public sealed class PrometheusNamesTests
{
    private const string AppLabels = "app_id,port";

    /// <summary>Name, type, labels, and the value <see cref="Scraper.RecordOneOfEach"/> leads to.</summary>
    public static TheoryData<string, string, string, double> Documented => new()
    {
        { "sockudo_connected", "gauge", AppLabels, 12 },
        { "sockudo_new_connections_total", "counter", AppLabels, 1 },
        { "sockudo_new_disconnections_total", "counter", AppLabels, 1 },
        { "sockudo_connection_errors_total", "counter", "app_id,error_type,port", 1 },
        { "sockudo_socket_received_bytes", "counter", AppLabels, 86 },
        { "sockudo_socket_transmitted_bytes", "counter", AppLabels, 412 },
        { "sockudo_ws_messages_received_total", "counter", AppLabels, 1 },
        { "sockudo_ws_messages_sent_total", "counter", AppLabels, 3 },
        { "sockudo_http_received_bytes", "counter", AppLabels, 200 },
        { "sockudo_http_transmitted_bytes", "counter", AppLabels, 2 },
        { "sockudo_http_calls_received_total", "counter", AppLabels, 1 },
        { "sockudo_rate_limit_checks_total", "counter", "app_id,limiter_type,port,request_context", 1 },
        { "sockudo_rate_limit_triggered_total", "counter", "app_id,limiter_type,port,request_context", 1 },
        { "sockudo_channel_subscriptions_total", "counter", "app_id,channel_type,port", 1 },
        { "sockudo_channel_unsubscriptions_total", "counter", "app_id,channel_type,port", 1 },
        { "sockudo_active_channels", "gauge", "app_id,channel_type,port", 4 },
        { "sockudo_slow_consumers_closed_total", "counter", AppLabels, 1 },
        { "sockudo_refusal_floods_closed_total", "counter", AppLabels, 1 },
        { "sockudo_frames_dropped_total", "counter", AppLabels, 7 },
        { "sockudo_degraded", "gauge", "port", 0 },
        { "sockudo_ready", "gauge", "port", 0 },
        { "sockudo_build_info", "gauge", "port,version", 1 },
        { "sockudo_scrape_errors_total", "counter", "port", 0 },
    };

    public static TheoryData<string, string> OfTheProcess
    {
        get
        {
            var names = new TheoryData<string, string>
            {
                { "process_resident_memory_bytes", "gauge" },
                { "process_virtual_memory_bytes", "gauge" },
                { "process_cpu_seconds_total", "counter" },
                { "process_start_time_seconds", "gauge" },
            };
            if (OperatingSystem.IsLinux())
            {
                names.Add("process_open_fds", "gauge");
                names.Add("process_max_fds", "gauge");
            }

            return names;
        }
    }

    public static TheoryData<string, string, string> OfTheRuntime => new()
    {
        { "dotnet_gc_collections_total", "counter", "gc_heap_generation,port" },
        { "dotnet_gc_heap_total_allocated_bytes_total", "counter", "port" },
        { "dotnet_gc_pause_time_seconds_total", "counter", "port" },
        { "dotnet_process_cpu_time_seconds_total", "counter", "cpu_mode,port" },
        { "dotnet_process_memory_working_set_bytes", "gauge", "port" },
        { "dotnet_thread_pool_thread_count", "gauge", "port" },
        { "dotnet_thread_pool_queue_length", "gauge", "port" },
        { "dotnet_thread_pool_work_item_count_total", "counter", "port" },
        { "dotnet_monitor_lock_contentions_total", "counter", "port" },
        { "dotnet_timer_count", "gauge", "port" },
    };

    [Theory]
    [MemberData(nameof(Documented))]
    public void A_documented_metric_has_its_name_type_labels_and_value(string name, string type, string labels, double value)
    {
        using var scraper = new Scraper();
        scraper.RecordOneOfEach();

        var family = scraper.Scrape().Families[name];

        Assert.Equal(type, family.Type);
        var sample = Assert.Single(family.Samples);
        Assert.Equal(labels, Names(sample));
        Assert.Equal(Scraper.Port, sample.Labels["port"]);
        Assert.Equal(value, sample.Value);
    }

    [Fact]
    public void The_latency_histogram_has_the_documented_labels_and_buckets()
    {
        using var scraper = new Scraper();
        scraper.RecordOneOfEach();

        var family = scraper.Scrape().Families["sockudo_broadcast_latency_ms"];

        Assert.Equal("histogram", family.Type);
        var buckets = family.Samples.Where(static sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            ["0.5", "1", "2.5", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "+Inf"],
            buckets.Select(static sample => sample.Labels["le"]));
        Assert.All(buckets, static sample => Assert.Equal("app_id,channel_type,le,port,recipient_count_bucket", Names(sample)));
        Assert.All(buckets, static sample => Assert.Equal("sm", sample.Labels["recipient_count_bucket"]));
    }

    [Theory]
    [MemberData(nameof(OfTheProcess))]
    public void A_process_metric_has_no_prefix_and_no_labels(string name, string type)
    {
        using var scraper = new Scraper("acme_");

        var family = scraper.Scrape().Families[name];

        Assert.Equal(type, family.Type);
        var sample = Assert.Single(family.Samples);
        Assert.Empty(sample.Labels);
        Assert.True(sample.Value > 0, $"{name} is {sample.Value}");
    }

    [Theory]
    [MemberData(nameof(OfTheRuntime))]
    public void A_runtime_metric_is_named_with_its_unit(string name, string type, string labels)
    {
        using var scraper = new Scraper();

        var family = scraper.Scrape().Families[name];

        Assert.Equal(type, family.Type);
        Assert.NotEmpty(family.Samples);
        Assert.All(family.Samples, sample => Assert.Equal(labels, Names(sample)));
    }

    [Fact]
    public void The_configured_prefix_replaces_the_default_one()
    {
        using var scraper = new Scraper("acme-chat_");
        scraper.RecordOneOfEach();

        var names = scraper.Scrape().Families.Keys.ToList();

        Assert.Contains("acme_chat_connected", names);
        Assert.DoesNotContain(names, static name => name.StartsWith("sockudo", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_series_but_those_of_the_process_carries_the_port()
    {
        using var scraper = new Scraper();
        scraper.RecordOneOfEach();

        Assert.All(
            scraper.Scrape().Samples.Where(static sample => !sample.Name.StartsWith("process_", StringComparison.Ordinal)),
            static sample => Assert.Equal(Scraper.Port, sample.Labels["port"]));
    }

    [Fact]
    public void No_series_is_labelled_with_a_channel_name()
    {
        using var scraper = new Scraper();
        scraper.RecordOneOfEach();

        Assert.DoesNotContain(scraper.Scrape().Samples.SelectMany(static sample => sample.Labels.Keys), static label => label is "channel" or "channel_name");
    }

    [Fact]
    public void The_metrics_of_another_server_in_the_process_are_not_exported()
    {
        using var other = new ServerMetrics();
        other.ForApp("app-of-another").ConnectionOpened();
        using var scraper = new Scraper();

        Assert.DoesNotContain("app-of-another", scraper.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_content_type_is_the_text_format_s() =>
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", PrometheusExporter.ContentType);

    private static string Names(ExpositionSample sample) => string.Join(',', sample.Labels.Keys.Order(StringComparer.Ordinal));
}

using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sockudo.Server.Metrics;
using Sockudo.Server.Metrics.Prometheus;

namespace Sockudo.Tests.Unit.Metrics;

/// <summary>A server's metrics with an exporter on them, scraped as the metrics listener does.</summary>
internal sealed class Scraper : IDisposable
{
    public const string Port = "9601";

    public Scraper(string prefix = "sockudo_")
    {
        Exporter = new PrometheusExporter(Metrics, prefix, 9601, NullLogger<PrometheusExporter>.Instance);
    }

    public ServerMetrics Metrics { get; } = new();

    public PrometheusExporter Exporter { get; }

    public string Text()
    {
        var output = new ArrayBufferWriter<byte>();
        Exporter.Write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public Exposition Scrape() => Exposition.Parse(Text());

    /// <summary>Touches each instrument once, as an app with some traffic would.</summary>
    public void RecordOneOfEach(string appId = "app-1")
    {
        var app = Metrics.ForApp(appId);
        app.ConnectionOpened();
        app.ConnectionClosed();
        app.ConnectionError(MetricLabels.ErrorType.OriginNotAllowed);
        app.MessageReceived(86);
        app.Sent(3, 412);
        app.HttpCall(200, 2);
        app.Subscribed("presence");
        app.Unsubscribed("presence");
        app.SlowConsumerClosed();
        app.RefusalFloodClosed();
        app.FrameDropped(7);
        Metrics.RateLimitChecked(MetricLabels.GlobalApp, MetricLabels.LimiterType.Api, MetricLabels.RequestContext.HttpApi, triggered: true);
        Metrics.BroadcastLatency(appId, "presence", 42, 3.25);
        Metrics.ObserveConnections(() => [(appId, 12)]);
        Metrics.ObserveChannels(() => [(appId, "presence", 4)]);
    }

    public void Dispose()
    {
        Exporter.Dispose();
        Metrics.Dispose();
    }
}

using OpenTelemetry;
using OpenTelemetry.Metrics;
using Sockudo.Server.Metrics;
using Xunit;

namespace Sockudo.Tests.Unit.Metrics;

/// <summary>What OpenTelemetry collects is what Prometheus scrapes: dots for underscores, the same values.</summary>
public sealed class OtlpParityTests
{
    [Fact]
    public void OpenTelemetry_collects_the_instruments_that_Prometheus_scrapes()
    {
        using var scraper = new Scraper();
        var collector = new Collector();
        using var provider = Provider(scraper, collector);
        scraper.RecordOneOfEach();

        provider.ForceFlush();

        var scraped = scraper.Scrape().Families.Values
            .Where(static family => family.Samples.Count > 0 && !family.Name.StartsWith("dotnet_", StringComparison.Ordinal))
            .Select(static family => family.Name);
        Assert.Equal(scraped, collector.Names.Select(static name => name.Replace('.', '_')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OpenTelemetry_uses_the_documented_buckets()
    {
        using var scraper = new Scraper();
        var collector = new Collector();
        using var provider = Provider(scraper, collector);
        scraper.RecordOneOfEach();

        provider.ForceFlush();

        Assert.Equal([0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, double.PositiveInfinity], collector.Bounds);
    }

    // Other tests have meters of the same name in this process.
    private static MeterProvider Provider(Scraper scraper, Collector collector) => Sdk.CreateMeterProviderBuilder()
        .AddMeter(ServerMetrics.MeterName)
        .AddView(instrument => ReferenceEquals(instrument.Meter, scraper.Metrics.Meter) ? null : MetricStreamConfiguration.Drop)
        .AddReader(new BaseExportingMetricReader(collector))
        .Build();

    private sealed class Collector : BaseExporter<Metric>
    {
        public HashSet<string> Names { get; } = new(StringComparer.Ordinal);

        public List<double> Bounds { get; } = [];

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                Names.Add(metric.Name);
                if (metric.MetricType == MetricType.Histogram && Bounds.Count == 0)
                {
                    foreach (ref readonly var point in metric.GetMetricPoints())
                    {
                        foreach (var bucket in point.GetHistogramBuckets())
                        {
                            Bounds.Add(bucket.ExplicitBound);
                        }
                    }
                }
            }

            return ExportResult.Success;
        }
    }
}

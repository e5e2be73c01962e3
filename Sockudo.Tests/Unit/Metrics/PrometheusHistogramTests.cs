using Xunit;

namespace Sockudo.Tests.Unit.Metrics;

public sealed class PrometheusHistogramTests
{
    [Theory]
    [InlineData(0, "0.5")]
    [InlineData(0.5, "0.5")]
    [InlineData(0.500001, "1")]
    [InlineData(250, "250")]
    [InlineData(4999.9, "5000")]
    [InlineData(5000.1, "+Inf")]
    public void A_measurement_falls_into_the_first_bucket_whose_bound_is_not_below_it(double milliseconds, string bound)
    {
        using var scraper = new Scraper();
        scraper.Metrics.BroadcastLatency("app-1", "public", 1, milliseconds);

        Assert.Equal(bound, Buckets(scraper).First(static bucket => bucket.Value == 1).Labels["le"]);
    }

    [Fact]
    public void Buckets_are_cumulative_and_end_at_the_count()
    {
        using var scraper = new Scraper();
        double[] measured = [0.2, 0.4, 0.9, 3, 3, 47, 600, 9000];
        foreach (var milliseconds in measured)
        {
            scraper.Metrics.BroadcastLatency("app-1", "public", 5, milliseconds);
        }

        Assert.Equal([2, 3, 3, 5, 5, 5, 6, 6, 6, 6, 7, 7, 7, 8], Buckets(scraper).Select(static bucket => bucket.Value));
        Assert.Equal(measured.Length, Sample(scraper, "_count").Value);
        Assert.Equal(measured.Sum(), Sample(scraper, "_sum").Value, 9);
    }

    [Theory]
    [InlineData(1, "xs")]
    [InlineData(10, "xs")]
    [InlineData(11, "sm")]
    [InlineData(100, "sm")]
    [InlineData(101, "md")]
    [InlineData(1_000, "md")]
    [InlineData(1_001, "lg")]
    [InlineData(10_000, "lg")]
    [InlineData(10_001, "xl")]
    public void A_publish_is_labelled_by_the_size_of_its_audience(int recipients, string bucket)
    {
        using var scraper = new Scraper();
        scraper.Metrics.BroadcastLatency("app-1", "public", recipients, 1);

        Assert.Equal(bucket, Sample(scraper, "_count").Labels["recipient_count_bucket"]);
    }

    [Fact]
    public void A_publish_that_reached_nobody_is_not_measured()
    {
        using var scraper = new Scraper();
        scraper.Metrics.BroadcastLatency("app-1", "public", 0, 0.01);

        Assert.Empty(scraper.Scrape().Families["sockudo_broadcast_latency_ms"].Samples);
    }

    [Fact]
    public void A_measurement_that_is_no_number_is_ignored()
    {
        using var scraper = new Scraper();
        scraper.Metrics.BroadcastLatency("app-1", "public", 1, 2);
        scraper.Metrics.BroadcastLatency("app-1", "public", 1, double.NaN);

        Assert.Equal(1, Sample(scraper, "_count").Value);
        Assert.Equal(2, Sample(scraper, "_sum").Value);
    }

    private static List<ExpositionSample> Buckets(Scraper scraper) =>
        [.. scraper.Scrape().Families["sockudo_broadcast_latency_ms"].Samples.Where(static sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal))];

    private static ExpositionSample Sample(Scraper scraper, string suffix) =>
        scraper.Scrape().Families["sockudo_broadcast_latency_ms"].Samples.Single(sample => sample.Name.EndsWith(suffix, StringComparison.Ordinal));
}

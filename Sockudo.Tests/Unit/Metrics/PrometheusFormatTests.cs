using System.IO.Pipelines;
using System.Text;
using Xunit;

namespace Sockudo.Tests.Unit.Metrics;

public sealed class PrometheusFormatTests
{
    [Fact]
    public void A_scrape_obeys_the_text_format()
    {
        using var scraper = new Scraper();
        scraper.RecordOneOfEach();

        var exposition = scraper.Scrape();

        Assert.True(exposition.Families.Count > 40, $"{exposition.Families.Count} families");
        Assert.All(exposition.Families.Values, static family => Assert.NotEqual("", family.Type));
    }

    [Fact]
    public void Families_are_sorted_by_name()
    {
        using var scraper = new Scraper();

        var names = scraper.Scrape().Families.Keys.ToList();

        Assert.Equal(names.Order(StringComparer.Ordinal), names);
    }

    [Fact]
    public void Series_keep_their_order_from_scrape_to_scrape()
    {
        using var scraper = new Scraper();
        foreach (var app in new[] { "zebra", "apple", "mango" })
        {
            scraper.Metrics.ForApp(app).ConnectionOpened();
        }

        var first = Apps(scraper);
        scraper.Metrics.ForApp("apple").ConnectionOpened();

        Assert.Equal(["apple", "mango", "zebra"], first);
        Assert.Equal(first, Apps(scraper));
    }

    [Theory]
    [InlineData("a \"quoted\" app")]
    [InlineData("back\\slash")]
    [InlineData("two\nlines")]
    [InlineData("ends with \\")]
    [InlineData("comma, brace } and = sign")]
    [InlineData("Zürich 東京 🚀")]
    public void A_label_s_value_comes_back_as_it_was(string appId)
    {
        using var scraper = new Scraper();
        scraper.Metrics.ForApp(appId).ConnectionOpened();

        Assert.Equal(1, scraper.Scrape().Value("sockudo_new_connections_total", ("app_id", appId), ("port", Scraper.Port)));
    }

    [Fact]
    public void A_help_text_comes_back_as_it_was()
    {
        using var scraper = new Scraper();
        scraper.Metrics.Meter.CreateObservableGauge("sockudo.odd_help", static () => 1L, null, "a \\ and \"quotes\"\nand a second line");

        Assert.Equal("a \\ and \"quotes\"\nand a second line", scraper.Scrape().Families["sockudo_odd_help"].Help);
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(-3, "-3")]
    [InlineData(1e21, "1E+21")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    public void A_number_is_written_as_Go_s_ParseFloat_reads_it(double value, string text)
    {
        using var scraper = new Scraper();
        scraper.Metrics.Meter.CreateObservableGauge("sockudo.odd_number", () => value);

        Assert.Contains($"sockudo_odd_number{{port=\"9601\"}} {text}\n", scraper.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_labels_in_another_order_are_the_same_series()
    {
        using var scraper = new Scraper();
        var counter = scraper.Metrics.Meter.CreateCounter<long>("sockudo.deliveries_total");

        counter.Add(2, new("driver", "redis"), new("result", "ok"));
        counter.Add(3, new("result", "ok"), new("driver", "redis"));

        Assert.Equal(5, scraper.Scrape().Value("sockudo_deliveries_total", ("driver", "redis"), ("port", Scraper.Port), ("result", "ok")));
    }

    [Fact]
    public void A_tag_named_port_does_not_hide_the_metrics_port()
    {
        using var scraper = new Scraper();
        scraper.Metrics.Meter.CreateCounter<long>("sockudo.peers_total").Add(1, new KeyValuePair<string, object?>("port", 6379));

        Assert.Equal(1, scraper.Scrape().Value("sockudo_peers_total", ("exported_port", "6379"), ("port", Scraper.Port)));
    }

    [Fact]
    public void An_up_down_counter_goes_down_again()
    {
        using var scraper = new Scraper();
        var waiting = scraper.Metrics.Meter.CreateUpDownCounter<int>("sockudo.waiting");

        waiting.Add(5);
        waiting.Add(-3);

        var family = scraper.Scrape().Families["sockudo_waiting"];
        Assert.Equal("gauge", family.Type);
        Assert.Equal(2, Assert.Single(family.Samples).Value);
    }

    [Fact]
    public void A_gauge_that_throws_costs_only_itself()
    {
        using var scraper = new Scraper();
        scraper.RecordOneOfEach();
        scraper.Metrics.Meter.CreateObservableGauge<long>("sockudo.broken", (Func<long>)(static () => throw new InvalidOperationException("the truth is away")));

        scraper.Text();
        var exposition = scraper.Scrape();

        Assert.Empty(exposition.Families["sockudo_broken"].Samples);
        Assert.Equal(12, exposition.Value("sockudo_connected", ("app_id", "app-1"), ("port", Scraper.Port)));
        Assert.True(exposition.Value("sockudo_scrape_errors_total", ("port", Scraper.Port)) >= 1);
    }

    [Fact]
    public async Task A_scrape_is_flushed_into_the_pipe()
    {
        using var scraper = new Scraper();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));

        await scraper.Exporter.WriteAsync(pipe.Writer, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        using var reader = new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8);
        var text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("sockudo_connected", Exposition.Parse(text).Families.Keys);
    }

    private static List<string> Apps(Scraper scraper) =>
        [.. scraper.Scrape().Families["sockudo_new_connections_total"].Samples.Select(static sample => sample.Labels["app_id"])];
}

using Xunit;

namespace Sockudo.Tests.Unit.Metrics;

public sealed class PrometheusConcurrencyTests(ITestOutputHelper output)
{
    private const int Writers = 3;
    private const int Scrapes = 40;

    [Fact]
    public async Task Scrapes_during_recording_are_consistent_and_monotone_and_nothing_is_lost()
    {
        using var scraper = new Scraper();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var started = new CountdownEvent(Writers);
        var app = scraper.Metrics.ForApp("app-1");
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Factory.StartNew(
            () =>
            {
                long publishes = 0;
                for (; publishes == 0 || !enough.IsCancellationRequested; publishes++)
                {
                    app.Sent(2, 200);
                    app.Subscribed(publishes % 2 == 0 ? "public" : "private");
                    scraper.Metrics.BroadcastLatency("app-1", "public", 1 + (int)(publishes % 20), (publishes + writer) % 64);
                    if (publishes == 0)
                    {
                        started.Signal();
                    }
                }

                return publishes;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();

        started.Wait(TestContext.Current.CancellationToken);
        var last = new Dictionary<string, double>(StringComparer.Ordinal);
        try
        {
            for (var i = 0; i < Scrapes; i++)
            {
                Check(scraper.Scrape(), last);
            }
        }
        finally
        {
            await enough.CancelAsync();
        }

        var publishes = (await Task.WhenAll(writers)).Sum();
        var final = scraper.Scrape();
        Check(final, last);

        output.WriteLine($"{Scrapes} scrapes while {Writers} threads recorded {publishes} publishes");
        Assert.Equal(2 * publishes, Sum(final, "sockudo_ws_messages_sent_total"));
        Assert.Equal(200 * publishes, Sum(final, "sockudo_socket_transmitted_bytes"));
        Assert.Equal(publishes, Sum(final, "sockudo_channel_subscriptions_total"));
        Assert.Equal(publishes, Sum(final, "sockudo_broadcast_latency_ms_count"));
    }

    [Fact]
    public async Task Scrapes_at_the_same_time_are_each_whole()
    {
        using var scraper = new Scraper();
        scraper.RecordOneOfEach();
        var families = scraper.Scrape().Families.Count;

        var scrapes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(scraper.Scrape, TestContext.Current.CancellationToken)));

        Assert.All(scrapes, scrape =>
        {
            Assert.Equal(families, scrape.Families.Count);
            Assert.Equal(12, scrape.Value("sockudo_connected", ("app_id", "app-1"), ("port", Scraper.Port)));
        });
    }

    private static void Check(Exposition scrape, Dictionary<string, double> last)
    {
        foreach (var series in scrape.Families["sockudo_broadcast_latency_ms"].Samples.GroupBy(static sample => sample.Labels["recipient_count_bucket"]))
        {
            var buckets = series
                .Where(static sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal))
                .Select(static sample => sample.Value)
                .ToList();
            Assert.Equal(buckets.Order(), buckets);
            var count = series.Single(static sample => sample.Name.EndsWith("_count", StringComparison.Ordinal));
            Assert.Equal(buckets[^1], count.Value);
        }

        foreach (var sample in scrape.Families.Values
            .Where(static family => family.Type != "gauge" && family.Name.StartsWith("sockudo_", StringComparison.Ordinal))
            .SelectMany(static family => family.Samples))
        {
            var series = sample.Name + string.Join(',', sample.Labels);
            Assert.True(sample.Value >= last.GetValueOrDefault(series), $"{series} went from {last.GetValueOrDefault(series)} to {sample.Value}");
            last[series] = sample.Value;
        }
    }

    private static double Sum(Exposition scrape, string name) =>
        scrape.Samples.Where(sample => sample.Name == name).Sum(static sample => sample.Value);
}

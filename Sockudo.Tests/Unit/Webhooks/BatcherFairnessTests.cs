using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.Queueing;
using Sockudo.Server.Queueing.Memory;
using Sockudo.Server.Webhooks;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Webhooks;

/// <summary>What the patterns of one app cost is not waited for by another.</summary>
public sealed class BatcherFairnessTests(ITestOutputHelper output)
{
    private const int Channels = 10_000;

    [Fact]
    public async Task With_the_dearest_pattern_and_ten_thousand_channels_of_one_app_another_is_told_on_time()
    {
        Assert.True(ChannelPattern.TryParse("(([ab]{1,10}){1,10}c?)*z", out var dearest, out var problem), problem);
        var (noisy, quiet) = (NewApp("noisy", dearest), NewApp("quiet", null));
        using var metrics = new ServerMetrics();
        var options = Options.Create(new WebhookOptions { BatchingEnabled = false });
        var events = new WebhookEvents(new WebhookMetrics(metrics), options, TimeProvider.System);
        var queue = new MemoryJobQueue(Options.Create(new QueueOptions()), TimeProvider.System);
        var told = new TaskCompletionSource();
        await queue.StartAsync(new Told(told), TestContext.Current.CancellationToken);
        var batcher = new WebhookBatcher(events, queue, options, TimeProvider.System, NullLogger<WebhookBatcher>.Instance);
        var name = string.Concat(Enumerable.Repeat("ab", 97));
        for (var i = 0; i < Channels; i++) events.ChannelOccupied(noisy, $"{name}{i:00000}");
        events.ChannelOccupied(quiet, "news");

        var start = Stopwatch.GetTimestamp();
        var running = Task.Run(batcher.RunAsync, TestContext.Current.CancellationToken);
        await told.Task.WithinAsync("the event of the other app");
        var took = Stopwatch.GetElapsedTime(start);
        output.WriteLine($"the other app was told after {took.TotalMilliseconds:f1} ms, with {events.Count} events of the first still waiting");
        Assert.InRange(events.Count, Channels / 2, Channels);

        // The rest need not be matched for this.
        while (events.TryTake(out _))
        {
        }

        events.Close();
        await running.WithinAsync("the end of the batcher");
        Assert.Equal(events.Sequence, batcher.StoredUpTo);
    }

    private static App NewApp(string id, ChannelPattern? pattern) => new()
    {
        Id = id,
        Key = id + "-key",
        Secret = "secret",
        Webhooks = new AppWebhooks([new WebhookEndpoint
        {
            Url = new Uri($"https://{id}.example/hooks"),
            Events = WebhookEventTypes.ChannelOccupied,
            Filter = new ChannelFilter(null, null, pattern),
        }]),
    };

    private sealed class Told(TaskCompletionSource told) : IJobHandler
    {
        public void Take(QueuedJob job) => told.TrySetResult();

        public void DeadLettered(JobTarget target, string reason)
        {
        }
    }
}

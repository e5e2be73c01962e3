using System.Diagnostics.Metrics;
using Sockudo.Server.Metrics;
using Sockudo.Server.Queueing;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// Runs webhooks from the server's start to its stop. At the stop what was noted is batched and stored, requests under way end, and
/// what a queue in memory still holds is tried once more and then lost, which is logged.
/// </summary>
internal sealed partial class WebhookService : IHostedService
{
    // A request that is under way at the stop gets this long; then it is cut off, and tried again elsewhere if the queue is durable.
    private static readonly TimeSpan LongestFarewell = TimeSpan.FromSeconds(3);

    private readonly WebhookEvents _events;
    private readonly WebhookBatcher _batcher;
    private readonly WebhookDeliveries _deliveries;
    private readonly IJobQueue _queue;
    private readonly TimeProvider _time;
    private readonly ILogger<WebhookService> _logger;
    private Task _batching = Task.CompletedTask;

    public WebhookService(
        WebhookEvents events, WebhookBatcher batcher, WebhookDeliveries deliveries, IJobQueue queue, WebhookMetrics metrics, TimeProvider time, ILogger<WebhookService> logger)
    {
        _events = events;
        _batcher = batcher;
        _deliveries = deliveries;
        _queue = queue;
        _time = time;
        _logger = logger;
        Gauge(metrics.Meter, "webhook_queue_depth", "{job}", "Webhooks that wait for their delivery, as far as this node knows.", () => queue.Depth);
        Gauge(metrics.Meter, "webhook_queue_unstored", "{job}", "Webhooks of this node that the queue's broker has not taken yet.", () => queue.Unstored);
        Gauge(metrics.Meter, "webhook_queue_available", null, "1 while the queue can store webhooks.", () => queue.IsAvailable ? 1 : 0);
        Gauge(metrics.Meter, "webhook_oldest_seconds", "s", "Age of the oldest webhook this node is to deliver.", () => (long)deliveries.OldestAge.TotalSeconds);
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _queue.StartAsync(_deliveries, cancellationToken).ConfigureAwait(false);
        _batching = Task.Run(_batcher.RunAsync, CancellationToken.None);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var farewell = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = _time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), farewell, LongestFarewell, Timeout.InfiniteTimeSpan);
        _events.Close();
        await _batching.ConfigureAwait(false);
        await _queue.FlushAsync(farewell.Token).ConfigureAwait(false);
        var left = await _deliveries.StopAsync(_queue.IsDurable, farewell.Token).ConfigureAwait(false);
        var unstored = _queue.Unstored;
        await _queue.StopAsync().ConfigureAwait(false);
        if (!_queue.IsDurable && left > 0) LogLost(left);
        if (unstored > 0) LogUnstored(unstored);
    }

    private static void Gauge(Meter meter, string name, string? unit, string description, Func<long> read) =>
        meter.CreateObservableGauge(ServerMetrics.InstrumentPrefix + name, read, unit, description);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} webhooks were not delivered and are lost with the process: the queue is in memory (queue.driver)")]
    private partial void LogLost(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} webhooks are lost with the process: the queue's broker did not take them")]
    private partial void LogUnstored(long count);
}

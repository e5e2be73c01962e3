using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.Queueing;

namespace Sockudo.Server.Webhooks;

/// <summary>Counts what happens to webhooks. Counters are read when they are collected. Thread-safe.</summary>
internal sealed class WebhookMetrics
{
    private static readonly InstrumentAdvice<double> DurationBuckets = new()
    {
        HistogramBucketBoundaries = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000],
    };

    private readonly ConcurrentDictionary<(string AppId, string Label), LabelCounter> _events = new();
    private readonly ConcurrentDictionary<(string AppId, string Label), LabelCounter> _attempts = new();
    private readonly ConcurrentDictionary<(string AppId, string Label), LabelCounter> _deadLetters = new();
    private readonly ConcurrentDictionary<(string AppId, string Label), LabelCounter> _dropped = new();
    private readonly ConcurrentDictionary<(string AppId, string Label), LabelCounter> _retries = new();
    private readonly Histogram<double> _duration;

    public WebhookMetrics(ServerMetrics metrics)
    {
        var meter = metrics.Meter;
        Counter(meter, "webhook_events_total", "{event}", "Events that an app wants to be told of.", "event_type", _events);
        Counter(meter, "webhook_attempts_total", "{request}", "Requests to webhook endpoints, by what became of them.", "outcome", _attempts);
        Counter(meter, "webhook_retries_total", "{request}", "Requests to webhook endpoints that were not the first for their events.", null, _retries);
        Counter(meter, "webhook_dead_letters_total", "{job}", "Webhooks that were given up, by reason.", "reason", _deadLetters);
        Counter(meter, "webhook_events_dropped_total", "{event}", "Events that were lost before they were batched.", null, _dropped);
        _duration = meter.CreateHistogram(
            ServerMetrics.InstrumentPrefix + "webhook_request_ms", "ms", "How long requests to webhook endpoints took, in milliseconds.", tags: null, DurationBuckets);
        Meter = meter;
    }

    /// <summary>For the gauges of the queue.</summary>
    public Meter Meter { get; }

    /// <summary>Begins an app's most important series at 0, so that the first of each is an increase. Called for each configured app at start.</summary>
    public void Begin(string appId)
    {
        foreach (var outcome in new[] { Outcome.Delivered, Outcome.Failed }) _attempts.GetOrAdd((appId, outcome), static _ => new LabelCounter());
        _deadLetters.GetOrAdd((appId, DeadLetterReason.Expired), static _ => new LabelCounter());
    }

    /// <summary>Webhooks an app's endpoints have accepted.</summary>
    public long Delivered(string appId) => Read(_attempts, appId, Outcome.Delivered);

    /// <summary>Requests an app's endpoints did not accept.</summary>
    public long Failed(string appId) => Read(_attempts, appId, Outcome.Failed);

    /// <summary>Webhooks of an app that were given up by this node.</summary>
    public long DeadLetters(string appId) => _deadLetters.Where(pair => pair.Key.AppId == appId).Sum(static pair => pair.Value.Value);

    /// <summary>Counts an event.</summary>
    public void EventNoted(string appId, WebhookEventTypes type) => Increment(_events, appId, WebhookBody.Name(type));

    /// <summary>Counts an event that found no room.</summary>
    public void EventDropped(string appId) => Increment(_dropped, appId, "");

    /// <summary>Counts a request.</summary>
    /// <param name="appId">The app's id.</param>
    /// <param name="isDelivered">Whether it was answered with 2xx.</param>
    /// <param name="attempt">The attempt's number, from 1.</param>
    /// <param name="milliseconds">How long it took.</param>
    public void Attempted(string appId, bool isDelivered, int attempt, double milliseconds)
    {
        Increment(_attempts, appId, isDelivered ? Outcome.Delivered : Outcome.Failed);
        if (attempt > 1) Increment(_retries, appId, "");
        _duration.Record(milliseconds, new("app_id", appId), new("outcome", isDelivered ? Outcome.Delivered : Outcome.Failed));
    }

    /// <summary>Counts a dead letter.</summary>
    public void DeadLettered(string appId, string reason) => Increment(_deadLetters, appId, reason);

    private static void Increment(ConcurrentDictionary<(string AppId, string Label), LabelCounter> counters, string appId, string label) =>
        counters.GetOrAdd((appId, label), static _ => new LabelCounter()).Increment();

    private static long Read(ConcurrentDictionary<(string AppId, string Label), LabelCounter> counters, string appId, string label) =>
        counters.TryGetValue((appId, label), out var counter) ? counter.Value : 0;

    private static void Counter(
        Meter meter, string name, string unit, string description, string? label, ConcurrentDictionary<(string AppId, string Label), LabelCounter> counters) =>
        meter.CreateObservableCounter(ServerMetrics.InstrumentPrefix + name, () => Measure(label, counters), unit, description);

    private static IEnumerable<Measurement<long>> Measure(string? label, ConcurrentDictionary<(string AppId, string Label), LabelCounter> counters)
    {
        foreach (var (key, counter) in counters)
        {
            yield return label is null
                ? new(counter.Value, new KeyValuePair<string, object?>("app_id", key.AppId))
                : new(counter.Value, new("app_id", key.AppId), new(label, key.Label));
        }
    }

    private static class Outcome
    {
        public const string Delivered = "delivered";
        public const string Failed = "failed";
    }
}

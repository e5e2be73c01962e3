using System.Text.Json;
using Sockudo.Server.Apps;
using Sockudo.Server.Queueing;
using Sockudo.Server.Webhooks;

namespace Sockudo.Server.Http;

/// <summary>
/// The part of <c>/stats</c> about webhooks: the queue, and what became of each app's. There is no queue with <c>queue.driver</c> none.
/// Thread-safe.
/// </summary>
internal sealed class WebhookStatistics(WebhookMetrics metrics, TimeProvider time, IJobQueue? queue = null, WebhookDeliveries? deliveries = null)
{
    // A broker that is away must not hold up the numbers of everything else.
    private static readonly TimeSpan LongestAsk = TimeSpan.FromSeconds(1);

    /// <summary>How many dead letters each app with webhooks has; null for those that could not be asked for.</summary>
    public async ValueTask<Dictionary<string, long?>> DeadLettersAsync(IReadOnlyList<App> apps, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<string, long?>(StringComparer.Ordinal);
        if (queue is null) return counts;
        using var deadline = new CancellationTokenSource(LongestAsk, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        foreach (var app in apps)
        {
            if (app.Webhooks.Endpoints.Count == 0) continue;
            try
            {
                counts[app.Id] = await queue.DeadLetters.CountAsync(app.Id, either.Token);
            }
            catch (Exception e) when (e is QueueUnavailableException or OperationCanceledException)
            {
                counts[app.Id] = null;
            }
        }

        return counts;
    }

    /// <summary>Writes the queue's numbers. Unit of ages: seconds.</summary>
    public void WriteQueue(Utf8JsonWriter json)
    {
        json.WriteStartObject("webhooks"u8);
        json.WriteString("queue"u8, queue?.Driver ?? "none");
        if (queue is not null && deliveries is not null)
        {
            json.WriteBoolean("available"u8, queue.IsAvailable);
            json.WriteNumber("depth"u8, queue.Depth);
            json.WriteNumber("unstored"u8, queue.Unstored);
            json.WriteNumber("oldest"u8, (long)deliveries.OldestAge.TotalSeconds);
        }

        json.WriteEndObject();
    }

    /// <summary>Writes what became of an app's webhooks; nothing when it has none.</summary>
    public void WriteApp(Utf8JsonWriter json, App app, long? deadLetters)
    {
        if (app.Webhooks.Endpoints.Count == 0) return;
        json.WriteStartObject("webhooks"u8);
        json.WriteNumber("delivered"u8, metrics.Delivered(app.Id));
        json.WriteNumber("failed_requests"u8, metrics.Failed(app.Id));
        json.WriteNumber("given_up"u8, metrics.DeadLetters(app.Id));
        if (deadLetters is { } count) json.WriteNumber("dead_letters"u8, count);
        else json.WriteNull("dead_letters"u8);
        json.WriteEndObject();
    }
}

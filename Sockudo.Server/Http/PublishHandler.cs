using System.Text.Json;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Messaging;

namespace Sockudo.Server.Http;

/// <summary>
/// Publishes what a backend sent. Everything is checked before anything is sent, a batch to its last element; then it is sent in
/// order, within the request, so that one publisher's events keep theirs. Thread-safe.
/// </summary>
internal sealed class PublishHandler(
    EventValidator validator, EventPublisher publisher, IAdapter adapter, IdempotentCalls idempotency, AppRateLimits limits, MemoryGuard memory)
{
    /// <summary><c>POST …/events</c>.</summary>
    public ValueTask<ApiAnswer> PublishAsync(ApiRequest request)
    {
        if (memory.Refusal() is { } low) return new(low);
        if (EventReader.ReadEvent(request.Body.Span, out var read) is { } malformed) return new(malformed);
        if (validator.Check(request.App, read, out var published) is { } refusal) return new(refusal);
        if (!TryTakeKey(request, read.IdempotencyKey, out var key, out var badKey)) return new(badKey);
        var app = request.App;
        return key is null
            ? PublishAsync(app, published, read.Info, null, request.Aborted)
            : idempotency.OnceAsync(app, key, () => PublishAsync(app, published, read.Info, key, request.Aborted), () => Answer(app, published, read.Info), request.Aborted);
    }

    /// <summary><c>POST …/batch_events</c>.</summary>
    public ValueTask<ApiAnswer> PublishBatchAsync(ApiRequest request)
    {
        var app = request.App;
        if (memory.Refusal() is { } low) return new(low);
        if (EventReader.ReadBatch(request.Body.Span, app.MaxEventBatchSize ?? int.MaxValue, out var batch) is { } malformed) return new(malformed);
        var published = new PublishedEvent[batch.Events.Count];
        for (var i = 0; i < published.Length; i++)
        {
            if (validator.Check(app, batch.Events[i], out published[i]) is { } refusal) return new(refusal);
        }

        if (!TryTakeKey(request, batch.IdempotencyKey, out var key, out var badKey)) return new(badKey);
        return key is null
            ? PublishBatchAsync(app, batch, published, null, request.Aborted)
            : idempotency.OnceAsync(app, key, () => PublishBatchAsync(app, batch, published, key, request.Aborted), () => AnswerBatch(app, batch, published), request.Aborted);
    }

    // Without a limit, or with one in memory, both of these publish before they return: a publisher's events keep their order.
    private async ValueTask<ApiAnswer> PublishAsync(App app, PublishedEvent published, ChannelInfo info, string? key, CancellationToken cancellationToken) =>
        await limits.CheckEventsAsync(app, 1, cancellationToken) ?? Publish(app, published, info, key);

    private async ValueTask<ApiAnswer> PublishBatchAsync(App app, BatchRequest batch, PublishedEvent[] published, string? key, CancellationToken cancellationToken) =>
        await limits.CheckEventsAsync(app, published.Length, cancellationToken) ?? PublishBatch(app, batch, published, key);

    private ApiAnswer Publish(App app, PublishedEvent published, ChannelInfo info, string? key)
    {
        publisher.Publish(app, published, IdempotencySeed.Of(app, key));
        return Answer(app, published, info);
    }

    private ApiAnswer Answer(App app, PublishedEvent published, ChannelInfo info)
    {
        if (!published.Channels.Any(channel => info.SaysAnythingOf(channel))) return ApiAnswer.Ok;
        return ApiAnswer.Object(json =>
        {
            json.WriteStartObject("channels"u8);
            foreach (var channel in published.Channels)
            {
                if (!info.SaysAnythingOf(channel)) continue;
                json.WriteStartObject(channel.Value);
                WriteCounts(json, app, channel, info);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private ApiAnswer PublishBatch(App app, BatchRequest batch, PublishedEvent[] published, string? key)
    {
        for (var i = 0; i < published.Length; i++) publisher.Publish(app, published[i], IdempotencySeed.Of(app, key, i));
        return AnswerBatch(app, batch, published);
    }

    private ApiAnswer AnswerBatch(App app, BatchRequest batch, PublishedEvent[] published)
    {
        if (batch.Events.TrueForAll(static read => read.Info == ChannelInfo.None)) return ApiAnswer.EmptyObject;
        return ApiAnswer.Object(json =>
        {
            json.WriteStartArray("batch"u8);
            for (var i = 0; i < published.Length; i++)
            {
                json.WriteStartObject();
                WriteCounts(json, app, published[i].Channels[0], batch.Events[i].Info);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private void WriteCounts(Utf8JsonWriter json, App app, ChannelName channel, ChannelInfo info) =>
        info.WriteCounts(json, adapter.Occupancy(app, channel.Value), channel.IsPresence);

    private static bool TryTakeKey(ApiRequest request, string? ofBody, out string? key, out ApiAnswer refusal)
    {
        var headers = request.Context.Request.Headers;
        key = ofBody;
        if (key is null && headers.TryGetValue("Idempotency-Key", out var header)) key = header.ToString();
        if (key is null && headers.TryGetValue("X-Idempotency-Key", out header)) key = header.ToString();
        refusal = null!;
        if (key is null or { Length: > 0 and <= IdempotentCalls.MaxKeyLength }) return true;
        refusal = ApiErrors.IdempotencyKeyInvalid.With($"an idempotency key has 1 to {IdempotentCalls.MaxKeyLength} characters");
        return false;
    }
}

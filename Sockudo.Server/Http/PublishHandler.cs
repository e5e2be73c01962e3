using System.Text.Json;
using Microsoft.Extensions.Options;
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
    EventValidator validator, EventPublisher publisher, IAdapter adapter, IdempotentCalls idempotency, AppRateLimits limits, MemoryGuard memory,
    IOptions<HttpApiOptions> options)
{
    /// <summary><c>POST …/events</c>.</summary>
    public ValueTask<ApiAnswer> PublishAsync(ApiRequest request)
    {
        if (memory.Refusal() is { } low) return new(low);
        var app = request.App;
        var read = new EventRequest(app, options.Value.MaxFanoutBytes);
        if (EventReader.ReadEvent(request.Body, read) is { } malformed) return new(malformed);
        var load = default(PublishLoad);
        if (validator.Check(read, ref load) is { } refusal) return new(refusal);
        if (!TryTakeKey(request, read.IdempotencyKey, out var key, out var badKey)) return new(badKey);
        return key is null
            ? PublishAsync(app, read, load, null, request.Aborted)
            : PublishOnceAsync(app, read, load, key, request.Aborted);
    }

    /// <summary><c>POST …/batch_events</c>.</summary>
    public ValueTask<ApiAnswer> PublishBatchAsync(ApiRequest request)
    {
        var app = request.App;
        if (memory.Refusal() is { } low) return new(low);
        var read = new EventRequest(app, options.Value.MaxFanoutBytes);
        if (EventReader.ReadBatch(request.Body, app.MaxEventBatchSize ?? int.MaxValue, read, validator.Check, out var batch) is { } refusal) return new(refusal);
        if (!TryTakeKey(request, batch.IdempotencyKey, out var key, out var badKey)) return new(badKey);
        return key is null
            ? PublishBatchAsync(read, batch, null, request.Aborted)
            : PublishBatchOnceAsync(read, batch, key, request.Aborted);
    }

    // Apart from the publish without a key, which must not make a closure.
    private ValueTask<ApiAnswer> PublishOnceAsync(App app, EventRequest read, PublishLoad load, string key, CancellationToken aborted) =>
        idempotency.OnceAsync(app, key, () => PublishAsync(app, read, load, key, aborted), () => Answer(app, read), aborted);

    private ValueTask<ApiAnswer> PublishBatchOnceAsync(EventRequest read, BatchRequest batch, string key, CancellationToken aborted) =>
        idempotency.OnceAsync(read.App, key, () => PublishBatchAsync(read, batch, key, aborted), () => AnswerBatch(read, batch), aborted);

    // Without a limit, or with one in memory, both of these publish before they return: a publisher's events keep their order.
    private async ValueTask<ApiAnswer> PublishAsync(App app, EventRequest read, PublishLoad load, string? key, CancellationToken aborted) =>
        await limits.CheckEventsAsync(app, load.Channels, aborted) ?? Publish(app, read, key, UntilEnd(key, aborted));

    private async ValueTask<ApiAnswer> PublishBatchAsync(EventRequest read, BatchRequest batch, string? key, CancellationToken aborted) =>
        await limits.CheckEventsAsync(read.App, batch.Load.Channels, aborted) ?? PublishBatch(read, batch, key, UntilEnd(key, aborted));

    // A publish with a key that has begun is brought to its end: a retry that came after half of it would send that half again.
    private static CancellationToken UntilEnd(string? key, CancellationToken aborted) => key is null ? aborted : CancellationToken.None;

    private ApiAnswer Publish(App app, EventRequest read, string? key, CancellationToken cancellationToken)
    {
        publisher.Publish(app, read.ToEvent(), IdempotencySeed.Of(app, key), cancellationToken);
        return Answer(app, read);
    }

    private ApiAnswer Answer(App app, EventRequest read) => read.Info == ChannelInfo.None ? ApiAnswer.Ok : Describe(app, read.Channels, read.Info);

    private ApiAnswer Describe(App app, IReadOnlyList<ChannelName> channels, ChannelInfo info)
    {
        if (!channels.Any(channel => info.SaysAnythingOf(channel))) return ApiAnswer.Ok;
        return ApiAnswer.Object(json =>
        {
            json.WriteStartObject("channels"u8);
            foreach (var channel in channels)
            {
                if (!info.SaysAnythingOf(channel)) continue;
                json.WriteStartObject(channel.Value);
                WriteCounts(json, app, channel, info);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private ApiAnswer PublishBatch(EventRequest read, BatchRequest batch, string? key, CancellationToken cancellationToken)
    {
        var reader = EventReader.Elements(batch, read);
        while (EventReader.ReadElement(ref reader, batch, read))
            publisher.Publish(read.App, read.ToEvent(), IdempotencySeed.Of(read.App, key, read.Index!.Value), cancellationToken);
        return AnswerBatch(read, batch);
    }

    private ApiAnswer AnswerBatch(EventRequest read, BatchRequest batch) => batch.AsksInfo ? DescribeBatch(read, batch) : ApiAnswer.EmptyObject;

    private ApiAnswer DescribeBatch(EventRequest read, BatchRequest batch) => ApiAnswer.Object(json =>
    {
        json.WriteStartArray("batch"u8);
        var reader = EventReader.Elements(batch, read);
        while (EventReader.ReadElement(ref reader, batch, read))
        {
            json.WriteStartObject();
            WriteCounts(json, read.App, read.ToEvent().Channels[0], read.Info);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

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

using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Queueing;

namespace Sockudo.Server.Http;

/// <summary>Webhooks that were given up: to look at, and to send again.</summary>
internal static class DeadLettersEndpoints
{
    private const int UsualLimit = 100;
    private const int MostListed = 1_000;

    /// <summary>Maps the list and the replay.</summary>
    public static IEndpointConventionBuilder MapDeadLetters(this IEndpointRouteBuilder routes)
    {
        var signed = routes.ServiceProvider.GetRequiredService<SignedRoutes>();
        var queue = routes.ServiceProvider.GetService<IJobQueue>();
        var group = routes.MapGroup("/apps/{appId}/webhooks/dead_letters");
        group.MapGet("", signed.Guard(request => Guard(queue, request, ListAsync)));
        group.MapPost("/replay", signed.Guard(request => Guard(queue, request, ReplayAsync)));
        return group;
    }

    private static async ValueTask<ApiAnswer> Guard(IJobQueue? queue, ApiRequest request, Func<IDeadLetters, ApiRequest, ValueTask<ApiAnswer>> handler)
    {
        if (queue is null) return ApiErrors.WebhooksOff.With("webhooks are off: queue.driver is none");
        try
        {
            return await handler(queue.DeadLetters, request);
        }
        catch (QueueUnavailableException e)
        {
            return ApiErrors.QueueAway.With("Service Unavailable", e.Message, retryAfterSeconds: 1);
        }
    }

    private static async ValueTask<ApiAnswer> ListAsync(IDeadLetters letters, ApiRequest request)
    {
        var limit = UsualLimit;
        if (request.Query["limit"] is { } text && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= MostListed))
            return ApiErrors.LimitInvalid.With($"limit must be a number from 1 to {MostListed}");
        var listed = await letters.ListAsync(request.App.Id, limit, request.Aborted);
        var count = await letters.CountAsync(request.App.Id, request.Aborted);
        return ApiAnswer.Object(json =>
        {
            json.WriteNumber("count"u8, count);
            json.WriteStartArray("dead_letters"u8);
            foreach (var letter in listed) Write(json, letter);
            json.WriteEndArray();
        });
    }

    private static void Write(Utf8JsonWriter json, DeadLetter letter)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, letter.Job.Id);
        json.WriteString("url"u8, letter.Job.Destination);
        json.WriteString("reason"u8, letter.Reason);
        json.WriteNumber("attempts"u8, letter.Attempts);
        json.WriteNumber("enqueued_ms"u8, letter.Job.EnqueuedAt);
        json.WriteNumber("given_up_ms"u8, letter.DiedAt);
        json.WritePropertyName("body"u8);
        json.WriteRawValue(letter.Job.Body.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    private static async ValueTask<ApiAnswer> ReplayAsync(IDeadLetters letters, ApiRequest request)
    {
        if (!TryReadIds(request.Body, out var ids)) return ApiErrors.ReplayInvalid.With("expected {\"ids\":[\"…\"]}, or {\"all\":true}");
        var replayed = await letters.ReplayAsync(request.App.Id, ids, request.Aborted);
        return ApiAnswer.Object(json => json.WriteNumber("replayed"u8, replayed));
    }

    // Ids, or null for all of them.
    private static bool TryReadIds(ReadOnlyMemory<byte> body, out HashSet<string>? ids)
    {
        ids = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root) return false;
            if (root.TryGetProperty("all", out var all)) return all.ValueKind == JsonValueKind.True;
            if (!root.TryGetProperty("ids", out var list) || list.ValueKind != JsonValueKind.Array) return false;
            ids = new HashSet<string>(StringComparer.Ordinal);
            foreach (var id in list.EnumerateArray())
            {
                if (id.ValueKind != JsonValueKind.String) return false;
                ids.Add(id.GetString()!);
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}

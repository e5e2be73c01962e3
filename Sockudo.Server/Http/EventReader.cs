using System.Text.Json;
using System.Text.Unicode;

namespace Sockudo.Server.Http;

/// <summary>
/// Reads the bodies of the publish routes, without a document tree: data is copied as the bytes it came in. Of equal members the
/// last counts; members nobody knows are skipped. A refusal is a value; nothing is thrown for what a client sent. Pure.
/// </summary>
internal static partial class EventReader
{
    /// <summary>Reads the body of <c>POST …/events</c>.</summary>
    public static ApiAnswer? ReadEvent(ReadOnlySpan<byte> body, out EventRequest request)
    {
        var read = request = new EventRequest { Where = "" };
        try
        {
            if (!TryOpen(body, out var reader)) return NotAnObject();
            return ReadMembers(ref reader, body, read) ?? End(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(e);
        }
    }

    /// <summary>Reads the body of <c>POST …/batch_events</c>, with at most <paramref name="maxEvents"/> elements.</summary>
    public static ApiAnswer? ReadBatch(ReadOnlySpan<byte> body, int maxEvents, out BatchRequest batch)
    {
        batch = null!;
        List<EventRequest>? events = null;
        string? key = null;
        try
        {
            if (!TryOpen(body, out var reader)) return NotAnObject();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("batch"u8))
                {
                    reader.Read();
                    events = [];
                    if (ReadElements(ref reader, body, maxEvents, events) is { } refusal) return refusal;
                }
                else if (reader.ValueTextEquals("idempotency_key"u8))
                {
                    reader.Read();
                    if (!TryReadString(ref reader, out key)) return ApiErrors.IdempotencyKeyInvalid.With("idempotency_key must be a string");
                }
                else
                {
                    reader.Skip();
                }
            }

            if (End(ref reader) is { } trailing) return trailing;
            if (events is null) return ApiErrors.BatchInvalid.With("'batch' is missing: an array of events");
            batch = new BatchRequest { Events = events, IdempotencyKey = key };
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(e);
        }
    }

    private static ApiAnswer? ReadElements(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int maxEvents, List<EventRequest> events)
    {
        if (reader.TokenType != JsonTokenType.StartArray) return ApiErrors.BatchInvalid.With("'batch' must be an array of events");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (events.Count == maxEvents) return ApiErrors.BatchTooLarge.With($"the batch has more than {maxEvents} events");
            var request = new EventRequest { Where = $"batch[{events.Count}]: " };
            if (reader.TokenType != JsonTokenType.StartObject) return ApiErrors.BatchInvalid.With(request.Where + "an event must be an object");
            if (ReadMembers(ref reader, body, request) is { } refusal) return refusal;
            if (request.IdempotencyKey is not null)
                return ApiErrors.IdempotencyKeyInvalid.With(request.Where + "an idempotency_key belongs to the whole batch, beside 'batch'");
            events.Add(request);
        }

        return null;
    }

    private static ApiAnswer? ReadMembers(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, EventRequest request)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ReadMember(ref reader, body, request) is { } refusal) return refusal;
        }

        return null;
    }

    private static ApiAnswer? ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, EventRequest request)
    {
        string? text;
        if (reader.ValueTextEquals("name"u8))
        {
            reader.Read();
            if (!TryReadString(ref reader, out text)) return NotAString(request, "name");
            request.Name = text;
        }
        else if (reader.ValueTextEquals("data"u8))
        {
            reader.Read();
            ReadData(ref reader, body, request);
        }
        else if (reader.ValueTextEquals("channels"u8))
        {
            reader.Read();
            return ReadChannels(ref reader, request);
        }
        else if (reader.ValueTextEquals("channel"u8))
        {
            reader.Read();
            if (!TryReadString(ref reader, out text)) return NotAString(request, "channel");
            request.Channel = text;
        }
        else if (reader.ValueTextEquals("socket_id"u8))
        {
            reader.Read();
            if (!TryReadString(ref reader, out text)) return ApiErrors.SocketIdInvalid.With(request.Where + "socket_id must be a string");
            request.SocketId = text;
        }
        else if (reader.ValueTextEquals("info"u8))
        {
            reader.Read();
            if (!TryReadString(ref reader, out text)) return NotAString(request, "info");
            request.Info = ChannelInfoFormat.Parse(text);
        }
        else if (reader.ValueTextEquals("tags"u8))
        {
            reader.Read();
            return ReadTags(ref reader, body, request);
        }
        else if (reader.ValueTextEquals("idempotency_key"u8))
        {
            reader.Read();
            if (!TryReadString(ref reader, out text)) return ApiErrors.IdempotencyKeyInvalid.With(request.Where + "idempotency_key must be a string");
            request.IdempotencyKey = text;
        }
        else
        {
            reader.Skip();
        }

        return null;
    }

    private static bool TryOpen(ReadOnlySpan<byte> body, out Utf8JsonReader reader)
    {
        // The reader takes bytes of a string as they are; what is copied to clients must be UTF-8 (RFC 6455 §5.6).
        if (!Utf8.IsValid(body)) throw new JsonException("the body is not UTF-8");
        reader = new Utf8JsonReader(body);
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject;
    }

    private static ApiAnswer? End(ref Utf8JsonReader reader)
    {
        reader.Read(); // throws when anything follows the object
        return null;
    }

    private static bool TryReadString(ref Utf8JsonReader reader, out string? text)
    {
        text = null;
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.String) return false;
        text = reader.GetString();
        return true;
    }

    private static ApiAnswer NotAnObject() => ApiErrors.JsonMalformed.With("the body must be a JSON object");

    private static ApiAnswer NotAString(EventRequest request, string member) => ApiErrors.EventInvalid.With($"{request.Where}'{member}' must be a string");

    private static ApiAnswer Malformed(Exception e) => ApiErrors.JsonMalformed.With("the body is not valid JSON: " + e.Message);
}

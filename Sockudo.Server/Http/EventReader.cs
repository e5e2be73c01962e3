using System.Text.Json;
using System.Text.Unicode;

namespace Sockudo.Server.Http;

/// <summary>Checks an event that was read, and adds what it asks for to a load.</summary>
internal delegate ApiAnswer? EventCheck(EventRequest request, ref PublishLoad load);

/// <summary>
/// Reads the bodies of the publish routes, without a document tree: data stays the bytes it came in. Of equal members the
/// last counts; members nobody knows are skipped. A refusal is a value; nothing is thrown for what a client sent. Pure.
/// </summary>
internal static partial class EventReader
{
    /// <summary>Reads the body of <c>POST …/events</c>.</summary>
    public static ApiAnswer? ReadEvent(ReadOnlyMemory<byte> body, EventRequest request)
    {
        request.Begin(index: null);
        try
        {
            if (!TryOpen(body.Span, out var reader)) return NotAnObject();
            return ReadMembers(ref reader, body, request) ?? End(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(e);
        }
    }

    /// <summary>Reads the body of <c>POST …/batch_events</c>, with at most <paramref name="maxEvents"/> elements.</summary>
    /// <param name="body">The body.</param>
    /// <param name="maxEvents">The limit.</param>
    /// <param name="request">Reads one element after another.</param>
    /// <param name="check">Checks each before the next is read, and adds what it asks for to the load of those before.</param>
    /// <param name="batch">The batch, when nothing is refused.</param>
    public static ApiAnswer? ReadBatch(ReadOnlyMemory<byte> body, int maxEvents, EventRequest request, EventCheck check, out BatchRequest batch)
    {
        batch = null!;
        BatchRequest? read = null;
        string? key = null;
        try
        {
            if (!TryOpen(body.Span, out var reader)) return NotAnObject();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("batch"u8))
                {
                    reader.Read();
                    if (CheckElements(ref reader, body, maxEvents, request, check, out read) is { } refusal) return refusal;
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
            if (read is null) return ApiErrors.BatchInvalid.With("'batch' is missing: an array of events");
            batch = read with { IdempotencyKey = key };
            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed(e);
        }
    }

    /// <summary>A reader before the first element of a batch that was read before.</summary>
    public static Utf8JsonReader Elements(BatchRequest batch, EventRequest request)
    {
        request.Index = null;
        var reader = new Utf8JsonReader(batch.Elements.Span);
        reader.Read();
        return reader;
    }

    /// <summary>Reads the next element of a batch that was read before; false at the end.</summary>
    public static bool ReadElement(ref Utf8JsonReader reader, BatchRequest batch, EventRequest request)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return false;
        request.Begin(request.Index + 1 ?? 0);
        return ReadMembers(ref reader, batch.Elements, request) is null;
    }

    private static ApiAnswer? CheckElements(
        ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, int maxEvents, EventRequest request, EventCheck check, out BatchRequest? batch)
    {
        batch = null;
        if (reader.TokenType != JsonTokenType.StartArray) return ApiErrors.BatchInvalid.With("'batch' must be an array of events");
        var start = (int)reader.TokenStartIndex;
        var load = default(PublishLoad);
        var asksInfo = false;
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == maxEvents) return ApiErrors.BatchTooLarge.With($"the batch has more than {maxEvents} events");
            request.Begin(index);
            if (reader.TokenType != JsonTokenType.StartObject) return ApiErrors.BatchInvalid.With(request.Where + "an event must be an object");
            if (ReadMembers(ref reader, body, request) is { } malformed) return malformed;
            if (request.IdempotencyKey is not null)
                return ApiErrors.IdempotencyKeyInvalid.With(request.Where + "an idempotency_key belongs to the whole batch, beside 'batch'");
            if (check(request, ref load) is { } refusal) return refusal;
            asksInfo |= request.Info != ChannelInfo.None;
        }

        batch = new BatchRequest(body[start..], IdempotencyKey: null, load, asksInfo);
        return null;
    }

    private static ApiAnswer? ReadMembers(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, EventRequest request)
    {
        var hasName = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                if (!TryReadName(ref reader, request)) return NotAString(request, "name");
                hasName = true;
            }
            else if (ReadMember(ref reader, body, request) is { } refusal)
            {
                return refusal;
            }
        }

        if (!hasName) request.Name = null;
        return null;
    }

    private static ApiAnswer? ReadMember(ref Utf8JsonReader reader, ReadOnlyMemory<byte> body, EventRequest request)
    {
        string? text;
        if (reader.ValueTextEquals("data"u8))
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
            request.SocketIdText = text;
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

    private static bool TryReadName(ref Utf8JsonReader reader, EventRequest request)
    {
        if (reader.TokenType == JsonTokenType.String && request.Name is { } name && reader.ValueTextEquals(name)) return true;
        var isString = TryReadString(ref reader, out var text);
        request.Name = text;
        return isString;
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

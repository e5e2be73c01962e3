using System.Text.Json;
using System.Text.Unicode;

namespace Sockudo.Server.Protocol;

/// <summary>
/// Reads client messages and the requests in their data. Duplicate members: the last one wins. Anything the JSON reader objects
/// to (syntax, depth over 64, invalid UTF-8, lone surrogates) is an error of code 4000, never an exception. Thread-safe.
/// </summary>
internal static partial class PusherReader
{
    /// <summary>Splits a message into its members; null error means success.</summary>
    /// <param name="message">The message.</param>
    /// <param name="isKnownUtf8">Whether it was checked to be UTF-8 already, as a text frame is while it arrives.</param>
    /// <param name="incoming">Its members.</param>
    /// <param name="error">What the client is told when it is no message.</param>
    public static bool TryRead(ReadOnlySpan<byte> message, bool isKnownUtf8, out IncomingMessage incoming, out PusherError error)
    {
        incoming = default;
        error = null!;

        // The JSON reader checks only what it is asked for. Data is passed on raw: a binary frame of one client must not put
        // bytes into other clients' text frames at which they would have to drop their connections.
        if (!isKnownUtf8 && !Utf8.IsValid(message)) return Fail(out error, "message is not valid JSON in UTF-8");
        try
        {
            var reader = new Utf8JsonReader(message);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Fail(out error, "message must be a JSON object");
            string? name = null;
            string? channel = null;
            var kind = IncomingKind.Other;
            var data = default(ReadOnlySpan<byte>);
            var dataType = JsonTokenType.None;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("event"u8))
                {
                    reader.Read();
                    if (reader.TokenType != JsonTokenType.String) return Fail(out error, "member 'event' must be a string");
                    kind = KindOf(ref reader, out name);
                }
                else if (reader.ValueTextEquals("channel"u8))
                {
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.String) channel = reader.GetString();
                    else if (reader.TokenType == JsonTokenType.Null) channel = null;
                    else return Fail(out error, "member 'channel' must be a string");
                }
                else if (reader.ValueTextEquals("data"u8))
                {
                    reader.Read();
                    dataType = reader.TokenType;
                    data = message[ValueRange(ref reader)];
                    if (dataType != JsonTokenType.Null) continue;
                    dataType = JsonTokenType.None;
                    data = default;
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            if (reader.Read()) return Fail(out error, "message has text behind its JSON object");
            if (name is null) return Fail(out error, "member 'event' is missing");
            incoming = new IncomingMessage { Kind = kind, Event = name, Channel = channel, Data = data, DataType = dataType };
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return Fail(out error, "message is not valid JSON in UTF-8");
        }
    }

    /// <summary>Where the raw bytes of the value lie on which the reader stands; the reader moves to the value's end.</summary>
    internal static Range ValueRange(ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return start..(int)reader.BytesConsumed;
    }

    private static IncomingKind KindOf(ref Utf8JsonReader reader, out string name)
    {
        // The names of every connection's life come without an allocation.
        if (reader.ValueTextEquals("pusher:ping"u8)) return Known("pusher:ping", IncomingKind.Ping, out name);
        if (reader.ValueTextEquals("pusher:pong"u8)) return Known("pusher:pong", IncomingKind.Pong, out name);
        if (reader.ValueTextEquals("pusher:subscribe"u8)) return Known("pusher:subscribe", IncomingKind.Subscribe, out name);
        if (reader.ValueTextEquals("pusher:unsubscribe"u8)) return Known("pusher:unsubscribe", IncomingKind.Unsubscribe, out name);
        name = reader.GetString()!;
        return name switch
        {
            "pusher:signin" => IncomingKind.Signin,
            "pusher:enable_delta_compression" => IncomingKind.EnableDeltaCompression,
            "pusher:delta_sync_error" => IncomingKind.DeltaSyncError,
            _ when name.StartsWith(EventNames.ClientPrefix, StringComparison.Ordinal) => IncomingKind.ClientEvent,
            _ => IncomingKind.Other,
        };
    }

    private static IncomingKind Known(string known, IncomingKind kind, out string name)
    {
        name = known;
        return kind;
    }

    private static bool Fail(out PusherError error, string message)
    {
        error = new PusherError(ErrorCode.Generic, message);
        return false;
    }
}

using System.Text.Json;
using System.Text.Unicode;

namespace Sockudo.Server.Protocol;

/// <summary>
/// Reads client messages and the requests in their data. Duplicate members: the last one wins. What is no JSON (syntax, depth
/// over 64, invalid UTF-8, lone surrogates) is an error of code 4000, and nothing here throws. Thread-safe.
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

        // Data is passed on raw: a binary frame of one client must not put bytes into other clients' text frames at which they
        // would have to drop their connections.
        if (!isKnownUtf8 && !Utf8.IsValid(message)) return Fail(out error, Describe(JsonFault.Syntax));
        var scanner = new JsonScanner(message);
        if (!scanner.TryBegin()) return Fail(out error, NotAnObject);
        string? name = null;
        string? channel = null;
        var kind = IncomingKind.Other;
        var data = default(ReadOnlySpan<byte>);
        var dataType = JsonTokenType.None;
        while (scanner.TryNext(out var member, out var type, out var value))
        {
            if (JsonScanner.Says(member, "event"u8))
            {
                if (type != JsonTokenType.String) return Fail(out error, EventNotText);
                kind = KindOf(value, out name);
            }
            else if (JsonScanner.Says(member, "channel"u8))
            {
                // Only a client event needs it, and says so when it is no text.
                channel = type == JsonTokenType.String ? JsonScanner.Text(value) : null;
            }
            else if (JsonScanner.Says(member, "data"u8))
            {
                data = value;
                dataType = type;
            }
        }

        if (!scanner.TryEnd()) return Fail(out error, Describe(scanner.Fault));
        if (name is null) return Fail(out error, EventMissing);
        incoming = new IncomingMessage { Kind = kind, Event = name, Channel = channel, Data = data, DataType = dataType };
        return true;
    }

    private static PusherError Describe(JsonFault fault) => fault switch
    {
        JsonFault.NotAnObject => NotAnObject,
        JsonFault.TextBehind => TextBehind,
        JsonFault.Depth => TooDeep,
        JsonFault.LoneSurrogate => LoneSurrogate,
        _ => NotJson,
    };

    private static IncomingKind KindOf(ReadOnlySpan<byte> token, out string name)
    {
        // The names of every connection's life come without an allocation.
        if (JsonScanner.Says(token, "pusher:ping"u8)) return Known("pusher:ping", IncomingKind.Ping, out name);
        if (JsonScanner.Says(token, "pusher:pong"u8)) return Known("pusher:pong", IncomingKind.Pong, out name);
        if (JsonScanner.Says(token, "pusher:subscribe"u8)) return Known("pusher:subscribe", IncomingKind.Subscribe, out name);
        if (JsonScanner.Says(token, "pusher:unsubscribe"u8)) return Known("pusher:unsubscribe", IncomingKind.Unsubscribe, out name);
        name = JsonScanner.Text(token);
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

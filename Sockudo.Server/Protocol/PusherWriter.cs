using System.Text.Json;

namespace Sockudo.Server.Protocol;

/// <summary>
/// Server-to-client messages of the protocol as finished frames. Members stand in the order event, channel, data, name,
/// user_id, tags; <c>data</c> is a JSON string unless the protocol says otherwise. Thread-safe; frames may be shared.
/// </summary>
internal static partial class PusherWriter
{
    private static readonly JsonEncodedText Event = JsonEncodedText.Encode("event");
    private static readonly JsonEncodedText Channel = JsonEncodedText.Encode("channel");
    private static readonly JsonEncodedText Data = JsonEncodedText.Encode("data");
    private static readonly JsonEncodedText UserId = JsonEncodedText.Encode("user_id");

    /// <summary><c>pusher:ping</c>; one array for everybody.</summary>
    public static byte[] Ping { get; } = Bare("pusher:ping");

    /// <summary><c>pusher:pong</c>; one array for everybody.</summary>
    public static byte[] Pong { get; } = Bare("pusher:pong");

    /// <summary>The first message on a connection.</summary>
    public static byte[] ConnectionEstablished(SocketId socketId, int activityTimeoutSeconds)
    {
        var buffer = Begin("pusher:connection_established", channel: null, out var json);
        var inner = FrameBuffer.Rent(out var data);
        data.WriteStartObject();
        data.WriteString("socket_id"u8, socketId.ToString());
        data.WriteNumber("activity_timeout"u8, activityTimeoutSeconds);
        data.WriteEndObject();
        return EndWithStringData(buffer, json, inner);
    }

    /// <summary><c>pusher:error</c>; its data is an object.</summary>
    public static byte[] Error(PusherError error)
    {
        var buffer = Begin("pusher:error", channel: null, out var json);
        json.WriteStartObject(Data);
        json.WriteNumber("code"u8, (int)error.Code);
        json.WriteString("message"u8, error.Message);
        json.WriteEndObject();
        return End(buffer, json);
    }

    /// <summary>
    /// An event from the HTTP API. <paramref name="dataToken"/> is the JSON string token, quotes included, copied as it came;
    /// <paramref name="tags"/> a JSON object or empty.
    /// </summary>
    public static byte[] ChannelEvent(string name, string channel, ReadOnlySpan<byte> dataToken, ReadOnlySpan<byte> tags)
    {
        var buffer = Begin(name, channel, out _);
        return tags.IsEmpty
            ? buffer.ToFrame(",\"data\":"u8, dataToken, "}"u8, [], [])
            : buffer.ToFrame(",\"data\":"u8, dataToken, ",\"tags\":"u8, tags, "}"u8);
    }

    /// <summary>A client's event; data is any JSON value (empty for none), <paramref name="userId"/> the sender's on presence channels.</summary>
    public static byte[] ClientEvent(string name, string channel, ReadOnlySpan<byte> data, string? userId)
    {
        var buffer = Begin(name, channel, out var json);
        if (!data.IsEmpty)
        {
            json.WritePropertyName(Data);
            json.WriteRawValue(data, skipInputValidation: true);
        }

        if (userId is not null) json.WriteString(UserId, userId);
        return End(buffer, json);
    }

    /// <summary>The channel has no cached event.</summary>
    public static byte[] CacheMiss(string channel)
    {
        var buffer = Begin("pusher:cache_miss", channel, out var json);
        json.WriteString(Data, "{}"u8);
        return End(buffer, json);
    }

    /// <summary>Sign-in succeeded; data is an object that holds the user data as the client sent it.</summary>
    public static byte[] SigninSuccess(string userData)
    {
        var buffer = Begin("pusher:signin_success", channel: null, out var json);
        json.WriteStartObject(Data);
        json.WriteString("user_data"u8, userData);
        json.WriteEndObject();
        return End(buffer, json);
    }

    /// <summary>Watched users that are online and offline, in pusher-js's form; an empty list is left out.</summary>
    public static byte[] WatchlistEvents(IReadOnlyCollection<string> online, IReadOnlyCollection<string> offline)
    {
        var buffer = Begin("pusher_internal:watchlist_events", channel: null, out var json);
        json.WriteStartObject(Data);
        json.WriteStartArray("events"u8);
        WatchlistEvent(json, "online", online);
        WatchlistEvent(json, "offline", offline);
        json.WriteEndArray();
        json.WriteEndObject();
        return End(buffer, json);
    }

    /// <summary>JSON text as the JSON string token that carries it, quotes included.</summary>
    public static byte[] StringToken(ReadOnlySpan<byte> text)
    {
        var buffer = FrameBuffer.Rent(out var json);
        json.WriteStringValue(text);
        return buffer.ToJson();
    }

    private static void WatchlistEvent(Utf8JsonWriter json, string name, IReadOnlyCollection<string> users)
    {
        if (users.Count == 0) return;
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteStartArray("user_ids"u8);
        foreach (var user in users) json.WriteStringValue(user);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static byte[] Bare(string name) => End(Begin(name, channel: null, out var json), json);

    private static FrameBuffer Begin(string name, string? channel, out Utf8JsonWriter json)
    {
        var buffer = FrameBuffer.Rent(out json);
        json.WriteStartObject();
        json.WriteString(Event, name);
        if (channel is not null) json.WriteString(Channel, channel);
        return buffer;
    }

    private static byte[] End(FrameBuffer buffer, Utf8JsonWriter json)
    {
        json.WriteEndObject();
        return buffer.ToFrame();
    }

    private static byte[] EndWithStringData(FrameBuffer buffer, Utf8JsonWriter json, FrameBuffer data)
    {
        json.WriteString(Data, data.Written());
        data.Return();
        return End(buffer, json);
    }
}

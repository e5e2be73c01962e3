using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sockudo.Server.Apps;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// Writes the body of a webhook as Pusher defines it: <c>{"time_ms":…,"events":[…]}</c>. Each event has <c>event_id</c> beside
/// Pusher's members: a text, which no SDK stumbles over. Pure.
/// </summary>
internal static class WebhookBody
{
    /// <summary>The bytes around events: with them a body of one event is this much longer than the event.</summary>
    public const int FrameBytes = 64;

    /// <summary>One event, as JSON.</summary>
    public static byte[] Event(in WebhookEvent noted, string id)
    {
        var buffer = FrameBuffer.Rent(out var json);
        json.WriteStartObject();
        json.WriteString("name"u8, Name(noted.Type));
        if (noted.Channel is { } channel) json.WriteString("channel"u8, channel);
        if (noted.Name is { } name) json.WriteString("event"u8, name);
        if (noted.Type == WebhookEventTypes.ClientEvent) WriteData(json, noted.Data.Span);
        if (noted.Type == WebhookEventTypes.CacheMiss) json.WriteString("data"u8, "{}"u8);
        if (noted.SocketId is { } socketId) json.WriteString("socket_id"u8, socketId.ToString());
        if (noted.UserId is { } userId) json.WriteString("user_id"u8, userId);
        if (noted.Type == WebhookEventTypes.SubscriptionCount) json.WriteNumber("subscription_count"u8, noted.Count);
        json.WriteString("event_id"u8, id);
        json.WriteEndObject();
        return buffer.ToJson();
    }

    /// <summary>Begins a body.</summary>
    public static void Begin(IBufferWriter<byte> body, long timeMs)
    {
        body.Write("{\"time_ms\":"u8);
        body.Write(Encoding.ASCII.GetBytes(timeMs.ToString(CultureInfo.InvariantCulture)));
        body.Write(",\"events\":["u8);
    }

    /// <summary>Adds an event.</summary>
    public static void Add(IBufferWriter<byte> body, ReadOnlySpan<byte> json, bool isFirst)
    {
        if (!isFirst) body.Write(","u8);
        body.Write(json);
    }

    /// <summary>Ends a body.</summary>
    public static void End(IBufferWriter<byte> body) => body.Write("]}"u8);

    /// <summary>The kind's name, in bodies and in the configuration.</summary>
    public static string Name(WebhookEventTypes type) => type switch
    {
        WebhookEventTypes.ChannelOccupied => "channel_occupied",
        WebhookEventTypes.ChannelVacated => "channel_vacated",
        WebhookEventTypes.MemberAdded => "member_added",
        WebhookEventTypes.MemberRemoved => "member_removed",
        WebhookEventTypes.ClientEvent => "client_event",
        WebhookEventTypes.CacheMiss => "cache_miss",
        WebhookEventTypes.SubscriptionCount => "subscription_count",
        WebhookEventTypes.UserOnline => "user_online",
        WebhookEventTypes.UserOffline => "user_offline",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "one kind of event"),
    };

    // Pusher sends a text: an object is the text that holds it.
    private static void WriteData(Utf8JsonWriter json, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return;
        json.WritePropertyName("data"u8);
        if (data[0] == (byte)'"') json.WriteRawValue(data, skipInputValidation: true);
        else json.WriteStringValue(data);
    }
}

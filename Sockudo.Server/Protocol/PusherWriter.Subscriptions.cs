namespace Sockudo.Server.Protocol;

internal static partial class PusherWriter
{
    /// <summary>A subscription of a channel without presence succeeded.</summary>
    public static byte[] SubscriptionSucceeded(string channel)
    {
        var buffer = Begin("pusher_internal:subscription_succeeded", channel, out var json);
        json.WriteString(Data, "{}"u8);
        return End(buffer, json);
    }

    /// <summary>A presence subscription succeeded: every member, the subscriber included. User info is raw JSON.</summary>
    public static byte[] PresenceSubscriptionSucceeded(string channel, IReadOnlyCollection<KeyValuePair<string, byte[]>> members)
    {
        var buffer = Begin("pusher_internal:subscription_succeeded", channel, out var json);
        var inner = FrameBuffer.Rent(out var data);
        data.WriteStartObject();
        data.WriteStartObject("presence"u8);
        data.WriteStartArray("ids"u8);
        foreach (var (userId, _) in members) data.WriteStringValue(userId);
        data.WriteEndArray();
        data.WriteStartObject("hash"u8);
        foreach (var (userId, userInfo) in members)
        {
            data.WritePropertyName(userId);
            data.WriteRawValue(userInfo, skipInputValidation: true);
        }

        data.WriteEndObject();
        data.WriteNumber("count"u8, members.Count);
        data.WriteEndObject();
        data.WriteEndObject();
        return EndWithStringData(buffer, json, inner);
    }

    /// <summary>A user joined a presence channel with its first connection.</summary>
    public static byte[] MemberAdded(string channel, string userId, ReadOnlySpan<byte> userInfo)
    {
        var buffer = Begin("pusher_internal:member_added", channel, out var json);
        var inner = FrameBuffer.Rent(out var data);
        data.WriteStartObject();
        data.WriteString(UserId, userId);
        data.WritePropertyName("user_info"u8);
        data.WriteRawValue(userInfo, skipInputValidation: true);
        data.WriteEndObject();
        return EndWithStringData(buffer, json, inner);
    }

    /// <summary>A user left a presence channel with its last connection.</summary>
    public static byte[] MemberRemoved(string channel, string userId)
    {
        var buffer = Begin("pusher_internal:member_removed", channel, out var json);
        var inner = FrameBuffer.Rent(out var data);
        data.WriteStartObject();
        data.WriteString(UserId, userId);
        data.WriteEndObject();
        return EndWithStringData(buffer, json, inner);
    }

    /// <summary>How many subscriptions a channel without presence has.</summary>
    public static byte[] SubscriptionCount(string channel, int count)
    {
        var buffer = Begin("pusher_internal:subscription_count", channel, out var json);
        var inner = FrameBuffer.Rent(out var data);
        data.WriteStartObject();
        data.WriteNumber("subscription_count"u8, count);
        data.WriteEndObject();
        return EndWithStringData(buffer, json, inner);
    }

    /// <summary>A subscription was refused; its data is an object in the form pusher-js uses for its own authorisation errors.</summary>
    public static byte[] SubscriptionError(string channel, string type, string error, int status)
    {
        var buffer = Begin("pusher:subscription_error", channel, out var json);
        json.WriteStartObject(Data);
        json.WriteString("type"u8, type);
        json.WriteString("error"u8, error);
        json.WriteNumber("status"u8, status);
        json.WriteEndObject();
        return End(buffer, json);
    }
}

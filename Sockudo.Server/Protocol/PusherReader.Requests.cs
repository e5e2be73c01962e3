using System.Text;
using System.Text.Json;

namespace Sockudo.Server.Protocol;

/// <summary>The data of <c>pusher:subscribe</c>. <c>HasFilter</c>: a tag filter was asked for.</summary>
internal sealed record SubscribeRequest(string Channel, string? Auth, string? ChannelData, bool HasFilter);

/// <summary>The data of <c>pusher:signin</c>.</summary>
internal sealed record SigninRequest(string Auth, string UserData);

/// <summary>A presence member as its <c>channel_data</c> says it; user info is raw JSON.</summary>
internal sealed record PresenceMember(string UserId, byte[] UserInfo)
{
    /// <summary>What a member without info is told to have.</summary>
    public static byte[] NoInfo { get; } = "{}"u8.ToArray();
}

/// <summary>A signed-in user as its <c>user_data</c> says it.</summary>
internal sealed record SignedInUser(string Id, IReadOnlyList<string> Watchlist);

internal static partial class PusherReader
{
    /// <summary>Reads <c>pusher:subscribe</c> data: an object, or a JSON string that holds one.</summary>
    public static bool TryReadSubscribe(in IncomingMessage message, out SubscribeRequest request, out PusherError error)
    {
        request = null!;
        var members = new Members();
        if (!TryReadMembers(message, ref members, out error)) return false;
        if (string.IsNullOrEmpty(members.Channel)) return Fail(out error, "pusher:subscribe needs 'channel' in its data");
        request = new SubscribeRequest(members.Channel, members.Auth, members.ChannelData, members.HasFilter);
        return true;
    }

    /// <summary>Reads <c>pusher:unsubscribe</c> data: the channel's name, or an object with <c>channel</c>.</summary>
    public static bool TryReadUnsubscribe(in IncomingMessage message, out string channel, out PusherError error)
    {
        channel = "";
        var members = new Members();
        if (message.DataType == JsonTokenType.String && !(message.Data.Length > 1 && message.Data[1] == (byte)'{'))
        {
            if (!TryUnescape(message.Data, out channel)) return Fail(out error, "pusher:unsubscribe names no valid channel");
        }
        else
        {
            if (!TryReadMembers(message, ref members, out error)) return false;
            channel = members.Channel ?? "";
        }

        error = null!;
        return channel.Length > 0 || Fail(out error, "pusher:unsubscribe needs 'channel' in its data");
    }

    /// <summary>Reads <c>pusher:signin</c> data.</summary>
    public static bool TryReadSignin(in IncomingMessage message, out SigninRequest request, out PusherError error)
    {
        request = null!;
        var members = new Members();
        if (!TryReadMembers(message, ref members, out error)) return false;
        if (members.Auth is null || members.UserData is null) return Fail(out error, "pusher:signin needs 'auth' and 'user_data' strings in its data");
        request = new SigninRequest(members.Auth, members.UserData);
        return true;
    }

    /// <summary>Reads <c>channel_data</c>: <c>user_id</c> (a string, or a number taken as its digits) and optional <c>user_info</c>.</summary>
    public static bool TryReadPresenceMember(string channelData, out PresenceMember member, out PusherError error)
    {
        member = null!;
        error = null!;
        try
        {
            var json = Encoding.UTF8.GetBytes(channelData);
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Fail(out error, "channel_data must be a JSON object");
            string? userId = null;
            var userInfo = PresenceMember.NoInfo;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("user_id"u8);
                var isInfo = !isId && reader.ValueTextEquals("user_info"u8);
                reader.Read();
                if (isId)
                {
                    if (reader.TokenType == JsonTokenType.String) userId = reader.GetString();
                    else if (reader.TokenType == JsonTokenType.Number) userId = Encoding.ASCII.GetString(reader.ValueSpan);
                    else return Fail(out error, "channel_data.user_id must be a string");
                }
                else if (isInfo)
                {
                    var isNull = reader.TokenType == JsonTokenType.Null;
                    var info = json[ValueRange(ref reader)];
                    userInfo = isNull ? PresenceMember.NoInfo : info;
                }
                else reader.Skip();
            }

            if (reader.Read() || string.IsNullOrEmpty(userId)) return Fail(out error, "channel_data must be an object with a non-empty 'user_id'");
            member = new PresenceMember(userId, userInfo);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return Fail(out error, "channel_data is not valid JSON");
        }
    }

    /// <summary>Reads <c>user_data</c> of a sign-in: a string <c>id</c> and optional <c>watchlist</c>.</summary>
    public static bool TryReadUser(string userData, out SignedInUser user, out PusherError error)
    {
        user = null!;
        error = null!;
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(userData));
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return Fail(out error, "user_data must be a JSON object");
            string? id = null;
            List<string> watchlist = [];
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                var isWatchlist = !isId && reader.ValueTextEquals("watchlist"u8);
                reader.Read();
                if (isId)
                {
                    if (reader.TokenType != JsonTokenType.String) return Fail(out error, "user_data.id must be a string");
                    id = reader.GetString();
                }
                else if (isWatchlist && reader.TokenType == JsonTokenType.StartArray)
                {
                    watchlist.Clear();
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        if (reader.TokenType != JsonTokenType.String) return Fail(out error, "user_data.watchlist must be an array of user ids");
                        watchlist.Add(reader.GetString()!);
                    }
                }
                else if (isWatchlist && reader.TokenType != JsonTokenType.Null) return Fail(out error, "user_data.watchlist must be an array of user ids");
                else reader.Skip();
            }

            if (reader.Read() || string.IsNullOrEmpty(id)) return Fail(out error, "user_data must be an object with a non-empty 'id'");
            user = new SignedInUser(id, watchlist);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return Fail(out error, "user_data is not valid JSON");
        }
    }

    /// <summary>The data of a client event as the JSON value to send on: a string that holds JSON becomes that value, other strings stay strings.</summary>
    public static ReadOnlySpan<byte> ClientEventData(in IncomingMessage message)
    {
        if (message.DataType != JsonTokenType.String || !TryUnescape(message.Data, out var text)) return message.Data;
        var inner = Encoding.UTF8.GetBytes(text);
        return IsOneJsonValue(inner) ? inner : message.Data;
    }

    private static bool IsOneJsonValue(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            if (!reader.Read()) return false;
            reader.Skip();
            return !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryUnescape(ReadOnlySpan<byte> stringToken, out string text)
    {
        text = "";
        try
        {
            var reader = new Utf8JsonReader(stringToken);
            if (!reader.Read() || reader.TokenType != JsonTokenType.String) return false;
            text = reader.GetString()!;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool TryReadMembers(in IncomingMessage message, ref Members members, out PusherError error)
    {
        error = null!;
        var json = message.Data;
        if (message.DataType == JsonTokenType.String)
        {
            if (!TryUnescape(json, out var text)) return Fail(out error, $"data of {message.Event} is not valid JSON");
            json = Encoding.UTF8.GetBytes(text);
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            if (json.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return Fail(out error, $"data of {message.Event} must be an object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!members.TryTake(ref reader, out var notAString))
                    return Fail(out error, $"'{notAString}' in the data of {message.Event} must be a string");
            }

            return !reader.Read() || Fail(out error, $"data of {message.Event} must be one object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Fail(out error, $"data of {message.Event} is not valid JSON");
        }
    }

    private struct Members
    {
        public string? Channel;
        public string? Auth;
        public string? ChannelData;
        public string? UserData;
        public bool HasFilter;

        public bool TryTake(ref Utf8JsonReader reader, out string notAString)
        {
            notAString = "";
            if (reader.ValueTextEquals("channel"u8)) return TryString(ref reader, ref Channel) || Not("channel", out notAString);
            if (reader.ValueTextEquals("auth"u8)) return TryString(ref reader, ref Auth) || Not("auth", out notAString);
            if (reader.ValueTextEquals("channel_data"u8)) return TryString(ref reader, ref ChannelData) || Not("channel_data", out notAString);
            if (reader.ValueTextEquals("user_data"u8)) return TryString(ref reader, ref UserData) || Not("user_data", out notAString);
            var isFilter = reader.ValueTextEquals("filter"u8) || reader.ValueTextEquals("tags_filter"u8);
            reader.Read();
            if (isFilter) HasFilter |= reader.TokenType != JsonTokenType.Null; // a filter that was asked for once is never overlooked
            reader.Skip();
            return true;
        }

        private static bool Not(string name, out string notAString)
        {
            notAString = name;
            return false;
        }

        private static bool TryString(ref Utf8JsonReader reader, ref string? target)
        {
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null)) return false;
            target = reader.TokenType == JsonTokenType.Null ? null : reader.GetString();
            return true;
        }
    }
}

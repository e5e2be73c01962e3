using System.Text;
using System.Text.Json;

namespace Sockudo.Server.Protocol;

internal static partial class PusherReader
{
    /// <summary>Reads <c>pusher:subscribe</c> data: an object, or a JSON string that holds one. Only the channel is judged here.</summary>
    public static bool TryReadSubscribe(in IncomingMessage message, out SubscribeRequest request, out PusherError error)
    {
        request = null!;
        if (!TryReadMembers(message, out var members, out error)) return false;
        if ((members.NotText & RequestMembers.Channel) != 0) return Fail(out error, SubscribeChannelNotText);
        if (string.IsNullOrEmpty(members.Channel)) return Fail(out error, SubscribeChannelMissing);
        request = new SubscribeRequest(members.Channel, members.Auth, members.ChannelData, members.HasFilter, members.NotText);
        return true;
    }

    /// <summary>Reads <c>pusher:unsubscribe</c> data: the channel's name, or an object with <c>channel</c>.</summary>
    public static bool TryReadUnsubscribe(in IncomingMessage message, out string channel, out PusherError error)
    {
        channel = "";
        error = null!;
        if (message.DataType == JsonTokenType.String && !(message.Data.Length > 1 && message.Data[1] == (byte)'{'))
        {
            channel = JsonScanner.Text(message.Data);
        }
        else
        {
            if (!TryReadMembers(message, out var members, out error)) return false;
            if ((members.NotText & RequestMembers.Channel) != 0) return Fail(out error, UnsubscribeChannelNotText);
            channel = members.Channel ?? "";
        }

        return channel.Length > 0 || Fail(out error, UnsubscribeChannelMissing);
    }

    /// <summary>Reads <c>pusher:signin</c> data. A refusal has code 4009, as every refused sign-in.</summary>
    public static bool TryReadSignin(in IncomingMessage message, out SigninRequest request, out PusherError error)
    {
        request = null!;
        if (!TryReadMembers(message, out var members, out error)) return FailSignin(out error, error.Message);
        if (members.Auth is null || members.UserData is null)
            return FailSignin(out error, "pusher:signin needs 'auth' and 'user_data' strings in its data");
        request = new SigninRequest(members.Auth, members.UserData);
        return true;
    }

    private static bool TryReadMembers(in IncomingMessage message, out Members members, out PusherError error)
    {
        error = null!;
        members = default;
        var json = message.DataType == JsonTokenType.String ? Encoding.UTF8.GetBytes(JsonScanner.Text(message.Data)) : message.Data;
        var scanner = new JsonScanner(json);
        if (!scanner.TryBegin()) return Fail(out error, $"data of {message.Event} must be an object");
        while (scanner.TryNext(out var name, out var type, out var value)) members.Take(name, type, value);
        return scanner.TryEnd() || Fail(out error, scanner.Fault == JsonFault.TextBehind
            ? $"data of {message.Event} must be one object"
            : $"data of {message.Event} is not valid JSON");
    }

    private struct Members
    {
        public string? Channel;
        public string? Auth;
        public string? ChannelData;
        public string? UserData;
        public bool HasFilter;
        public RequestMembers NotText;

        public void Take(ReadOnlySpan<byte> name, JsonTokenType type, ReadOnlySpan<byte> value)
        {
            if (JsonScanner.Says(name, "channel"u8)) Channel = Text(RequestMembers.Channel, type, value);
            else if (JsonScanner.Says(name, "auth"u8)) Auth = Text(RequestMembers.Auth, type, value);
            else if (JsonScanner.Says(name, "channel_data"u8)) ChannelData = Text(RequestMembers.ChannelData, type, value);
            else if (JsonScanner.Says(name, "user_data"u8)) UserData = Text(RequestMembers.UserData, type, value);
            else if (type != JsonTokenType.Null && (JsonScanner.Says(name, "filter"u8) || JsonScanner.Says(name, "tags_filter"u8)))
                HasFilter = true; // a filter that was asked for once is never overlooked
        }

        private string? Text(RequestMembers member, JsonTokenType type, ReadOnlySpan<byte> value)
        {
            NotText &= ~member;
            if (type == JsonTokenType.String) return JsonScanner.Text(value);
            if (type != JsonTokenType.Null) NotText |= member;
            return null;
        }
    }
}

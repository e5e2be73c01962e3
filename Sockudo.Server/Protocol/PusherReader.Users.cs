using System.Text;
using System.Text.Json;

namespace Sockudo.Server.Protocol;

internal static partial class PusherReader
{
    /// <summary>Reads <c>channel_data</c>: <c>user_id</c> (a string, or a number as JavaScript writes it) and optional <c>user_info</c>.</summary>
    /// <param name="channelData">The text that was signed.</param>
    /// <param name="maxChannelName">The app's longest channel name, which bounds a user's id.</param>
    /// <param name="member">The member.</param>
    /// <param name="error">What was wrong.</param>
    public static bool TryReadPresenceMember(string channelData, int maxChannelName, out PresenceMember member, out PusherError error)
    {
        member = null!;
        error = null!;
        var scanner = new JsonScanner(Encoding.UTF8.GetBytes(channelData));
        if (!scanner.TryBegin()) return Fail(out error, "channel_data must be a JSON object");
        string? userId = null;
        var userInfo = PresenceMember.NoInfo;
        while (scanner.TryNext(out var name, out var type, out var value))
        {
            if (JsonScanner.Says(name, "user_id"u8))
            {
                userId = type switch
                {
                    JsonTokenType.String => JsonScanner.Text(value),
                    JsonTokenType.Number => JavaScriptNumber.Text(value),
                    _ => null,
                };
                if (userId is null) return Fail(out error, "channel_data.user_id must be a string or a finite number");
            }
            else if (JsonScanner.Says(name, "user_info"u8)) userInfo = Info(type, value);
        }

        if (!scanner.TryEnd()) return Fail(out error, "channel_data is not one valid JSON object");
        if (userId is null) return Fail(out error, "channel_data must be an object with a non-empty 'user_id'");
        if (UserIdRule.Refusal(userId, maxChannelName) is { } broken) return Fail(out error, $"channel_data.user_id {broken}");
        member = new PresenceMember(userId, userInfo);
        return true;
    }

    /// <summary>
    /// Reads <c>user_data</c> of a sign-in: a string <c>id</c>, optional <c>user_info</c> and <c>watchlist</c>. A refusal has code
    /// 4009, as every refused sign-in.
    /// </summary>
    /// <param name="userData">The text that was signed.</param>
    /// <param name="maxChannelName">The app's longest channel name, which bounds a user's id.</param>
    /// <param name="user">The user.</param>
    /// <param name="error">What was wrong.</param>
    public static bool TryReadUser(string userData, int maxChannelName, out SignedInUser user, out PusherError error)
    {
        user = null!;
        error = null!;
        var scanner = new JsonScanner(Encoding.UTF8.GetBytes(userData));
        if (!scanner.TryBegin()) return FailSignin(out error, "user_data must be a JSON object");
        string? id = null;
        var userInfo = PresenceMember.NoInfo;
        List<string> watchlist = [];
        while (scanner.TryNext(out var name, out var type, out var value))
        {
            if (JsonScanner.Says(name, "id"u8))
            {
                if (type != JsonTokenType.String) return FailSignin(out error, "user_data.id must be a string");
                id = JsonScanner.Text(value);
            }
            else if (JsonScanner.Says(name, "user_info"u8)) userInfo = Info(type, value);
            else if (JsonScanner.Says(name, "watchlist"u8) && !TryReadWatchlist(type, value, watchlist))
                return FailSignin(out error, "user_data.watchlist must be an array of user ids");
        }

        if (!scanner.TryEnd()) return FailSignin(out error, "user_data is not one valid JSON object");
        if (id is null) return FailSignin(out error, "user_data must be an object with a non-empty 'id'");
        if (UserIdRule.Refusal(id, maxChannelName) is { } broken) return FailSignin(out error, $"user_data.id {broken}");
        user = new SignedInUser(id, userInfo, watchlist);
        return true;
    }

    private static bool TryReadWatchlist(JsonTokenType type, ReadOnlySpan<byte> value, List<string> watchlist)
    {
        watchlist.Clear();
        if (type == JsonTokenType.Null) return true;
        if (type != JsonTokenType.StartArray) return false;
        var reader = new Utf8JsonReader(value); // scanned before: it does not throw
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String) return false;
            watchlist.Add(reader.GetString()!);
        }

        return true;
    }

    private static byte[] Info(JsonTokenType type, ReadOnlySpan<byte> value) => type == JsonTokenType.Null ? PresenceMember.NoInfo : value.ToArray();

    private static bool FailSignin(out PusherError error, string message)
    {
        error = new PusherError(ErrorCode.Unauthorized, message);
        return false;
    }
}

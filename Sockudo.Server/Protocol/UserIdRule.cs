namespace Sockudo.Server.Protocol;

/// <summary>
/// What a user's id may be: 1 to (the app's longest channel name - 16) UTF-16 units, so that <c>#server-to-user-{id}</c> is a
/// channel's name; no control character, which would break lines of logs; no half of a surrogate pair, which is no text in UTF-8.
/// Asked where an id comes in; behind that an id is a text like any other.
/// </summary>
internal static class UserIdRule
{
    /// <summary>The prefix of a signed-in user's own channel.</summary>
    public const string ChannelPrefix = "#server-to-user-";

    /// <summary>What is wrong with an id, as the end of a sentence that names it; null when it is right.</summary>
    public static string? Refusal(ReadOnlySpan<char> id, int maxChannelName)
    {
        if (id.IsEmpty) return "is empty: a user needs an id";
        var most = maxChannelName - ChannelPrefix.Length;
        if (id.Length > most) return $"has {id.Length} characters, the limit is {most}";
        for (var i = 0; i < id.Length; i++)
        {
            var unit = id[i];
            if (unit is >= ' ' and < '\u007F') continue;
            if (char.IsControl(unit)) return $"has a control character (U+{(int)unit:X4}) at position {i}";
            if (!char.IsSurrogate(unit)) continue;
            if (!char.IsHighSurrogate(unit) || i + 1 == id.Length || !char.IsLowSurrogate(id[i + 1]))
                return $"has half a surrogate pair at position {i}";
            i++;
        }

        return null;
    }
}

using System.Buffers;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>What a channel's prefix makes it.</summary>
[Flags]
internal enum ChannelKind
{
    Public = 0,
    Private = 1,
    Presence = 2,
    Encrypted = 4,
    Cache = 8,
    ServerToUser = 16,
}

/// <summary>A checked channel name and its kind. Immutable.</summary>
internal readonly record struct ChannelName
{
    /// <summary>The prefix of a signed-in user's own channel.</summary>
    public const string ServerToUserPrefix = UserIdRule.ChannelPrefix;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-=@,.;:#");

    private ChannelName(string value, ChannelKind kind)
    {
        Value = value;
        Kind = kind;
    }

    /// <summary>The name itself.</summary>
    public string Value { get; }

    /// <summary>Its kind.</summary>
    public ChannelKind Kind { get; }

    /// <summary>Subscribing needs a signature.</summary>
    public bool NeedsAuth => (Kind & (ChannelKind.Private | ChannelKind.Presence)) != 0;

    public bool IsPresence => (Kind & ChannelKind.Presence) != 0;

    public bool IsEncrypted => (Kind & ChannelKind.Encrypted) != 0;

    public bool IsCache => (Kind & ChannelKind.Cache) != 0;

    public bool IsServerToUser => (Kind & ChannelKind.ServerToUser) != 0;

    /// <summary>
    /// Whether it is a channel of the app's. A <c>#server-to-user-</c> channel is not, but a way to reach a user: it is in no list, count,
    /// webhook or metric, nor does any answer of the API know it to be occupied.
    /// </summary>
    public bool IsOfApp => !IsServerToUser;

    /// <summary>The user of a <c>#server-to-user-</c> channel.</summary>
    public string UserId => Value[ServerToUserPrefix.Length..];

    /// <summary>The label in metrics: public, private, presence, private_encrypted or cache.</summary>
    public string MetricLabel => (IsCache, IsPresence, IsEncrypted, NeedsAuth) switch
    {
        (true, _, _, _) => "cache",
        (_, true, _, _) => "presence",
        (_, _, true, _) => "private_encrypted",
        (_, _, _, true) => "private",
        _ => "public",
    };

    /// <summary>
    /// Checks a name: its length, then its characters; behind <see cref="ServerToUserPrefix"/> those of a user's id. The error has
    /// code 4300 and says what was wrong.
    /// </summary>
    public static bool TryParse(string name, int maxLength, out ChannelName channel, out PusherError error)
    {
        channel = default;
        error = null!;
        if (name.Length == 0) return Fail(out error, "channel name is empty");
        if (name.Length > maxLength) return Fail(out error, $"channel name has {name.Length} characters, the limit is {maxLength}");
        if (name.StartsWith(ServerToUserPrefix, StringComparison.Ordinal))
        {
            if (UserIdRule.Refusal(name.AsSpan(ServerToUserPrefix.Length), maxLength) is { } broken)
                return Fail(out error, $"the user's id in the channel name {broken}");
            channel = new ChannelName(name, ChannelKind.ServerToUser);
            return true;
        }

        var bad = name.AsSpan().IndexOfAnyExcept(Allowed);
        if (bad >= 0)
            return Fail(out error, $"channel name has an invalid character at position {bad}; allowed are ASCII letters, digits and _ - = @ , . ; : #");
        channel = new ChannelName(name, KindOf(name));
        return true;
    }

    public override string ToString() => Value;

    private static ChannelKind KindOf(ReadOnlySpan<char> name)
    {
        // Two independent properties: who may subscribe, and whether the last event is kept.
        var kind = ChannelKind.Public;
        if (Skip(ref name, "private-encrypted-")) kind = ChannelKind.Private | ChannelKind.Encrypted;
        else if (Skip(ref name, "private-")) kind = ChannelKind.Private;
        else if (Skip(ref name, "presence-")) kind = ChannelKind.Presence;
        return Skip(ref name, "cache-") ? kind | ChannelKind.Cache : kind;
    }

    private static bool Skip(ref ReadOnlySpan<char> name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal)) return false;
        name = name[prefix.Length..];
        return true;
    }

    private static bool Fail(out PusherError error, string message)
    {
        error = new PusherError(ErrorCode.ChannelError, message);
        return false;
    }
}

using System.Text.Unicode;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// What an entry must keep to before anything here changes by it. What our own nodes write keeps to it; what does not is damaged or
/// forged, and one such entry would break every client that is told of it. Nothing here throws: who floods a node with garbage must not
/// be paid for with exceptions.
/// </summary>
internal static class EntryRules
{
    /// <summary>Most sockets of a node, and subscriptions of a channel on it: a thousand such nodes still fit a count.</summary>
    public const int MaxCount = 2_000_000;

    /// <summary>No clock of a node, which begins with its process, shows more. Unit: milliseconds; a hundred years.</summary>
    public const long MaxUptimeMs = 100L * 365 * 24 * 3600 * 1000;

    private const int MaxNameLength = 64 * 1024;
    private const int MaxReasonLength = 1024;

    /// <summary>Whether the fields of an entry are possible. The message of an event is looked at when it is used: <see cref="IsMessage"/>.</summary>
    public static bool AreKept(in ClusterEntry entry) => IsText(entry.AppId) && entry.Time >= 0 && entry.Kind switch
    {
        EntryKind.Event => IsChannel(entry.Name) && IsPossible(entry.Except) && IsTrace(entry),
        EntryKind.UserEvent => IsUser(entry.Name) && IsPossible(entry.Except) && IsTrace(entry),
        EntryKind.Subscriptions => IsChannel(entry.Name) && entry.Count <= MaxCount,
        EntryKind.Connections => entry.Count <= MaxCount,
        EntryKind.MemberPresent => IsChannel(entry.Name) && IsUser(entry.UserId) && IsOneValue(entry.Payload),
        EntryKind.MemberAbsent => IsChannel(entry.Name) && IsUser(entry.UserId),
        EntryKind.UserOnline or EntryKind.UserOffline => IsUser(entry.Name),
        EntryKind.CloseUser => IsUser(entry.Name) && entry.Time <= MaxUptimeMs && entry.Code is >= 4000 and < 5000 && entry.Reason.Length <= MaxReasonLength,
        EntryKind.LastEvent => IsChannel(entry.Name) && IsMessage(entry.Payload),
        EntryKind.Told or EntryKind.Untold => entry.Transition switch
        {
            TransitionKind.Channel => IsChannel(entry.Name),
            TransitionKind.Member => IsChannel(entry.Name) && IsUser(entry.UserId),
            TransitionKind.User => IsUser(entry.UserId),
            _ => false,
        },
        _ => true,
    };

    /// <summary>Whether bytes are a message for clients: one JSON object in UTF-8 that begins with its event, as all ours do.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> payload) => payload.StartsWith("{\"event\":\""u8) && IsOneValue(payload);

    private static bool IsOneValue(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && JsonScanner.IsOneValue(json);

    // How long a channel's name may be in its app is known where it comes in; here the bound of all texts holds.
    private static bool IsUser(string id) => UserIdRule.Refusal(id, MaxNameLength) is null;

    private static bool IsText(string text) => text.Length is > 0 and <= MaxNameLength;

    private static bool IsChannel(string name) => ChannelName.TryParse(name, MaxNameLength, out _, out _);

    private static bool IsPossible(SocketId? socket) =>
        socket is not { } id || (id.High is >= 0 and <= SocketId.MaxPart && id.Low is >= 0 and <= SocketId.MaxPart);

    private static bool IsTrace(in ClusterEntry entry) =>
        entry.TraceParent is null || (entry.TraceParent.Length <= MaxReasonLength && entry.PublishedAt >= 0 && entry.PublishedAt <= DateTime.MaxValue.Ticks);
}

using System.Text.Json;
using System.Text.Unicode;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// What an entry must keep to before anything here changes by it. What our own nodes write keeps to it; what does not is damaged or
/// forged, and one such entry would break every client that is told of it.
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
        EntryKind.UserEvent => IsText(entry.Name) && IsPossible(entry.Except) && IsTrace(entry),
        EntryKind.Subscriptions => IsChannel(entry.Name) && entry.Count <= MaxCount,
        EntryKind.Connections => entry.Count <= MaxCount,
        EntryKind.MemberPresent => IsChannel(entry.Name) && IsText(entry.UserId) && IsOneValue(entry.Payload),
        EntryKind.MemberAbsent => IsChannel(entry.Name) && IsText(entry.UserId),
        EntryKind.UserOnline or EntryKind.UserOffline => IsText(entry.Name),
        EntryKind.CloseUser => IsText(entry.Name) && entry.Time <= MaxUptimeMs && entry.Code is >= 4000 and < 5000 && entry.Reason.Length <= MaxReasonLength,
        EntryKind.LastEvent => IsChannel(entry.Name) && IsMessage(entry.Payload),
        EntryKind.Told or EntryKind.Untold => entry.Transition switch
        {
            TransitionKind.Channel => IsChannel(entry.Name),
            TransitionKind.Member => IsChannel(entry.Name) && IsText(entry.UserId),
            TransitionKind.User => IsText(entry.UserId),
            _ => false,
        },
        _ => true,
    };

    /// <summary>Whether bytes are a message for clients: one JSON object in UTF-8 that begins with its event, as all ours do.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> payload) => payload.StartsWith("{\"event\":\""u8) && IsOneValue(payload);

    private static bool IsOneValue(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty || !Utf8.IsValid(json)) return false;
        try
        {
            var reader = new Utf8JsonReader(json);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsText(string text) => text.Length is > 0 and <= MaxNameLength;

    private static bool IsChannel(string name) => ChannelName.TryParse(name, MaxNameLength, out _, out _);

    private static bool IsPossible(SocketId? socket) =>
        socket is not { } id || (id.High is >= 0 and <= SocketId.MaxPart && id.Low is >= 0 and <= SocketId.MaxPart);

    private static bool IsTrace(in ClusterEntry entry) =>
        entry.TraceParent is null || (entry.TraceParent.Length <= MaxReasonLength && entry.PublishedAt >= 0 && entry.PublishedAt <= DateTime.MaxValue.Ticks);
}

using System.Text.Json;
using Sockudo.Server.Adapters;
using Sockudo.Server.Channels;

namespace Sockudo.Server.Http;

/// <summary>What a caller asked to be told of a channel.</summary>
[Flags]
internal enum ChannelInfo
{
    None = 0,
    UserCount = 1,
    SubscriptionCount = 2,
    Cache = 4,
}

/// <summary>Reads and writes the <c>info</c> of the API. Pure.</summary>
internal static class ChannelInfoFormat
{
    /// <summary>Reads a comma list; attributes nobody knows are ignored, as the original does.</summary>
    public static ChannelInfo Parse(ReadOnlySpan<char> list)
    {
        var info = ChannelInfo.None;
        foreach (var range in list.Split(','))
        {
            info |= list[range].Trim() switch
            {
                "user_count" => ChannelInfo.UserCount,
                "subscription_count" => ChannelInfo.SubscriptionCount,
                "cache" => ChannelInfo.Cache,
                _ => ChannelInfo.None,
            };
        }

        return info;
    }

    /// <summary>Whether anything would be said of this channel.</summary>
    public static bool SaysAnythingOf(this ChannelInfo info, ChannelName channel) =>
        (info & ChannelInfo.SubscriptionCount) != 0 || ((info & ChannelInfo.UserCount) != 0 && channel.IsPresence);

    /// <summary>Writes the asked counts as members; the user count for presence channels only.</summary>
    public static void WriteCounts(this ChannelInfo info, Utf8JsonWriter json, ChannelOccupancy occupancy, bool isPresence)
    {
        if ((info & ChannelInfo.UserCount) != 0 && isPresence) json.WriteNumber("user_count"u8, occupancy.UserCount);
        if ((info & ChannelInfo.SubscriptionCount) != 0) json.WriteNumber("subscription_count"u8, occupancy.SubscriptionCount);
    }
}

using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>
/// Where a channel tells the other nodes what happened to it here. Everything is called in the channel's turn, so that what
/// happened first on this node is told first; an implementation must only append, never wait and never call a channel back.
/// A node without peers has none. Thread-safe.
/// </summary>
internal interface IChannelStream
{
    /// <summary>Whether counts are replicated; if not, only whether a node has a subscription at all.</summary>
    bool CountsSubscriptions { get; }

    /// <summary>The stamp of something written now.</summary>
    WriteStamp NextStamp();

    /// <summary>The channel has this many subscriptions here.</summary>
    void SubscriptionsChanged(Channel channel, int here);

    /// <summary>A user is present here, with this info.</summary>
    void MemberPresent(Channel channel, string userId, byte[] userInfo, WriteStamp stamp);

    /// <summary>A user is present here no more.</summary>
    void MemberAbsent(Channel channel, string userId);

    /// <summary>A frame was handed out here. With <paramref name="remembered"/> it is the last event of a cache channel since then.</summary>
    void Published(Channel channel, byte[] frame, SocketId? except, WriteStamp? remembered, ulong idempotencyKey);
}

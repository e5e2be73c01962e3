using Sockudo.Server.Apps;

namespace Sockudo.Server.Channels;

/// <summary>
/// Told of every transition the adapter sees in its view of the cluster. Calls about one channel, or about one user, come one
/// after another in the order of the transitions and from within that turn: an observer must only take note or enqueue, never
/// wait, and never call the adapter back.
/// </summary>
internal interface IOccupancyObserver
{
    /// <summary>The channel got its first subscription.</summary>
    void ChannelOccupied(App app, ChannelName channel);

    /// <summary>The channel lost its last subscription.</summary>
    void ChannelVacated(App app, ChannelName channel);

    /// <summary>A user joined a presence channel with its first connection.</summary>
    void MemberAdded(App app, ChannelName channel, string userId);

    /// <summary>A user left a presence channel with its last connection.</summary>
    void MemberRemoved(App app, ChannelName channel, string userId);

    /// <summary>The number of subscriptions changed; <paramref name="here"/> are this node's subscribers, to tell them.</summary>
    void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here);

    /// <summary>A subscriber of this node came or went: the number of subscriptions after it, as far as this node knows.</summary>
    void SubscriptionsChangedHere(App app, ChannelName channel, int count)
    {
        // Told by webhooks only.
    }

    /// <summary>A subscriber of this node found no last event in a cache channel.</summary>
    void CacheMissed(App app, ChannelName channel)
    {
        // Told by webhooks only.
    }

    /// <summary>
    /// A user signed in with its first connection. <paramref name="isKnown"/>: it was online before and is only new to this node, which joins.
    /// </summary>
    void UserOnline(App app, string userId, bool isKnown);

    /// <summary>A signed-in user's last connection went.</summary>
    void UserOffline(App app, string userId);
}

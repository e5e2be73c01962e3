using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Server.Messaging;

/// <summary>Passes the adapter's transitions to what tells clients of them. Thread-safe.</summary>
internal sealed class OccupancyNotifier(SubscriptionCountNotifier counts, WatchlistNotifier watchlists) : IOccupancyObserver
{
    public void ChannelOccupied(App app, ChannelName channel)
    {
        // Told by webhooks only.
    }

    public void ChannelVacated(App app, ChannelName channel)
    {
        // Told by webhooks only.
    }

    public void MemberAdded(App app, ChannelName channel, string userId)
    {
        // The channel tells its subscribers itself, in its turn.
    }

    public void MemberRemoved(App app, ChannelName channel, string userId)
    {
        // The channel tells its subscribers itself, in its turn.
    }

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here) => counts.Changed(app, channel, count, here);

    public void UserOnline(App app, string userId, bool isKnown) => watchlists.UserOnline(app, userId);

    public void UserOffline(App app, string userId) => watchlists.UserOffline(app, userId);
}

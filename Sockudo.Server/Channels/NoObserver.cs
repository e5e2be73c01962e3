using Sockudo.Server.Apps;

namespace Sockudo.Server.Channels;

/// <summary>The observer of channels that are not the app's: nobody is told of them.</summary>
internal sealed class NoObserver : IOccupancyObserver
{
    public static NoObserver Instance { get; } = new();

    public void ChannelOccupied(App app, ChannelName channel)
    {
        // Nobody is told.
    }

    public void ChannelVacated(App app, ChannelName channel)
    {
        // Nobody is told.
    }

    public void MemberAdded(App app, ChannelName channel, string userId)
    {
        // Nobody is told.
    }

    public void MemberRemoved(App app, ChannelName channel, string userId)
    {
        // Nobody is told.
    }

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
        // Nobody is told.
    }

    public void UserOnline(App app, string userId, bool isKnown)
    {
        // Nobody is told.
    }

    public void UserOffline(App app, string userId)
    {
        // Nobody is told.
    }
}

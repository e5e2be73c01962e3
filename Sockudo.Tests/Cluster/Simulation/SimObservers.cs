using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>Tells two observers, one after the other.</summary>
internal sealed class SimObservers(IOccupancyObserver first, IOccupancyObserver second) : IOccupancyObserver
{
    public void ChannelOccupied(App app, ChannelName channel) => Both(observer => observer.ChannelOccupied(app, channel));

    public void ChannelVacated(App app, ChannelName channel) => Both(observer => observer.ChannelVacated(app, channel));

    public void MemberAdded(App app, ChannelName channel, string userId) => Both(observer => observer.MemberAdded(app, channel, userId));

    public void MemberRemoved(App app, ChannelName channel, string userId) => Both(observer => observer.MemberRemoved(app, channel, userId));

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here) =>
        Both(observer => observer.SubscriptionCountChanged(app, channel, count, here));

    public void UserOnline(App app, string userId, bool isKnown) => Both(observer => observer.UserOnline(app, userId, isKnown));

    public void UserOffline(App app, string userId) => Both(observer => observer.UserOffline(app, userId));

    private void Both(Action<IOccupancyObserver> tell)
    {
        tell(first);
        tell(second);
    }
}

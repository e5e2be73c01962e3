using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Server.Hosting;

/// <summary>Passes every transition on: to what tells clients, to what tells the outside once, and to what tells it here. Thread-safe.</summary>
/// <param name="clients">Tells clients, of everything and at once.</param>
/// <param name="outside">Tells the outside of what every node sees.</param>
/// <param name="here">Tells the outside of what only this node sees.</param>
internal sealed class OccupancyRelay(IOccupancyObserver clients, IOccupancyObserver outside, IOccupancyObserver here) : IOccupancyObserver
{
    public void ChannelOccupied(App app, ChannelName channel)
    {
        clients.ChannelOccupied(app, channel);
        outside.ChannelOccupied(app, channel);
    }

    public void ChannelVacated(App app, ChannelName channel)
    {
        clients.ChannelVacated(app, channel);
        outside.ChannelVacated(app, channel);
    }

    public void MemberAdded(App app, ChannelName channel, string userId)
    {
        clients.MemberAdded(app, channel, userId);
        outside.MemberAdded(app, channel, userId);
    }

    public void MemberRemoved(App app, ChannelName channel, string userId)
    {
        clients.MemberRemoved(app, channel, userId);
        outside.MemberRemoved(app, channel, userId);
    }

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here) => clients.SubscriptionCountChanged(app, channel, count, here);

    public void SubscriptionsChangedHere(App app, ChannelName channel, int count) => here.SubscriptionsChangedHere(app, channel, count);

    public void CacheMissed(App app, ChannelName channel) => here.CacheMissed(app, channel);

    public void UserOnline(App app, string userId, bool isKnown)
    {
        clients.UserOnline(app, userId, isKnown);
        outside.UserOnline(app, userId, isKnown);
    }

    public void UserOffline(App app, string userId)
    {
        clients.UserOffline(app, userId);
        outside.UserOffline(app, userId);
    }
}

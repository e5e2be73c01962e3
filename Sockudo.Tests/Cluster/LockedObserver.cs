using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Tests.Cluster.Simulation;

namespace Sockudo.Tests.Cluster;

/// <summary>Channels tell on their own threads; the observer's book is one.</summary>
internal sealed class LockedObserver(SimObserver inner) : IOccupancyObserver
{
    private readonly Lock _gate = new();

    public void ChannelOccupied(App app, ChannelName channel)
    {
        lock (_gate) inner.ChannelOccupied(app, channel);
    }

    public void ChannelVacated(App app, ChannelName channel)
    {
        lock (_gate) inner.ChannelVacated(app, channel);
    }

    /// <summary>Called within the turn in which a member appeared.</summary>
    public Action<string> Joining { get; set; } = static _ => { };

    public void MemberAdded(App app, ChannelName channel, string userId)
    {
        Joining(userId);
        lock (_gate) inner.MemberAdded(app, channel, userId);
    }

    public void MemberRemoved(App app, ChannelName channel, string userId)
    {
        lock (_gate) inner.MemberRemoved(app, channel, userId);
    }

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
    }

    public void UserOnline(App app, string userId, bool isKnown)
    {
        lock (_gate) inner.UserOnline(app, userId, isKnown);
    }

    public void UserOffline(App app, string userId)
    {
        lock (_gate) inner.UserOffline(app, userId);
    }
}

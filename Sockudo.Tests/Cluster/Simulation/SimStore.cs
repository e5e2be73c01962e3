using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>
/// What a node tells is on its way to a queue for a while, as batches and writes are, and is lost with the process until it is there. Only
/// from then on the outside has it.
/// </summary>
internal sealed class SimStore(IOccupancyObserver outside, SimClock clock) : IOccupancyObserver
{
    /// <summary>The batching window and a write. Unit: milliseconds.</summary>
    private const int StoreMs = 60;

    private readonly Queue<(long At, Action Tell)> _onItsWay = new();

    /// <summary>The place of what was told last.</summary>
    public long Noted { get; private set; }

    /// <summary>Up to which place everything is stored.</summary>
    public long StoredUpTo { get; private set; }

    /// <summary>Stores what has had its time.</summary>
    public void Store()
    {
        while (_onItsWay.TryPeek(out var next) && next.At <= clock.Now)
        {
            _onItsWay.Dequeue();
            StoredUpTo++;
            next.Tell();
        }
    }

    /// <summary>Stores all of it: the process ends in order.</summary>
    public void StoreAll()
    {
        while (_onItsWay.TryDequeue(out var next))
        {
            StoredUpTo++;
            next.Tell();
        }
    }

    public void ChannelOccupied(App app, ChannelName channel) => Note(() => outside.ChannelOccupied(app, channel));

    public void ChannelVacated(App app, ChannelName channel) => Note(() => outside.ChannelVacated(app, channel));

    public void MemberAdded(App app, ChannelName channel, string userId) => Note(() => outside.MemberAdded(app, channel, userId));

    public void MemberRemoved(App app, ChannelName channel, string userId) => Note(() => outside.MemberRemoved(app, channel, userId));

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
    }

    public void UserOnline(App app, string userId, bool isKnown) => Note(() => outside.UserOnline(app, userId, isKnown));

    public void UserOffline(App app, string userId) => Note(() => outside.UserOffline(app, userId));

    private void Note(Action tell)
    {
        Noted++;
        _onItsWay.Enqueue((clock.Now + StoreMs, tell));
    }
}

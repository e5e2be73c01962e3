using System.Collections.Concurrent;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>Notes every transition, then passes it on.</summary>
internal sealed class OccupancyRecord(IOccupancyObserver next) : IOccupancyObserver
{
    private readonly ConcurrentQueue<string> _entries = new();

    /// <summary>The transitions so far, such as <c>occupied news</c> or <c>added presence-room 7</c>.</summary>
    public IReadOnlyCollection<string> Entries => _entries;

    public void ChannelOccupied(App app, ChannelName channel)
    {
        _entries.Enqueue($"occupied {channel}");
        next.ChannelOccupied(app, channel);
    }

    public void ChannelVacated(App app, ChannelName channel)
    {
        _entries.Enqueue($"vacated {channel}");
        next.ChannelVacated(app, channel);
    }

    public void MemberAdded(App app, ChannelName channel, string userId)
    {
        _entries.Enqueue($"added {channel} {userId}");
        next.MemberAdded(app, channel, userId);
    }

    public void MemberRemoved(App app, ChannelName channel, string userId)
    {
        _entries.Enqueue($"removed {channel} {userId}");
        next.MemberRemoved(app, channel, userId);
    }

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
        _entries.Enqueue($"count {channel} {count}");
        next.SubscriptionCountChanged(app, channel, count, here);
    }

    public void UserOnline(App app, string userId, bool isKnown)
    {
        _entries.Enqueue($"online {userId}");
        next.UserOnline(app, userId, isKnown);
    }

    public void UserOffline(App app, string userId)
    {
        _entries.Enqueue($"offline {userId}");
        next.UserOffline(app, userId);
    }
}

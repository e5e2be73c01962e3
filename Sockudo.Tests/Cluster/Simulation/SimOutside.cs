using System.Globalization;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>The outside: one for all nodes. It hears what any of them tells, in the order in which it is told.</summary>
internal sealed class SimOutside(SimClock clock)
{
    private readonly Dictionary<string, bool> _last = [];

    /// <summary>Everything told, such as <c>channel news on</c>.</summary>
    public List<string> Told { get; } = [];

    /// <summary>What was told although it had been told before, with nothing between.</summary>
    public List<string> Repeated { get; } = [];

    /// <summary>What was repeated after a time.</summary>
    public IEnumerable<string> RepeatedSince(long time) => Repeated.Where(entry => long.Parse(entry.Split(' ')[0], CultureInfo.InvariantCulture) >= time);

    /// <summary>What is on as far as the outside was told.</summary>
    public IEnumerable<string> On => _last.Where(static pair => pair.Value).Select(static pair => pair.Key);

    /// <summary>The way a node tells it.</summary>
    public IOccupancyObserver By(int origin) => new Ear(this, origin);

    /// <summary>What each node told, for a failing test.</summary>
    public string Log => string.Join('\n', _log);

    private readonly List<string> _log = [];

    private void Hear(int origin, string what, bool isOn)
    {
        Told.Add($"{what} {(isOn ? "on" : "off")}");
        _log.Add($"{clock.Now} {origin}: {what} {(isOn ? "on" : "off")}");
        if (_last.GetValueOrDefault(what) == isOn) Repeated.Add($"{clock.Now} {what} {(isOn ? "on" : "off")} by {origin}");
        _last[what] = isOn;
    }

    private sealed class Ear(SimOutside outside, int origin) : IOccupancyObserver
    {
        public void ChannelOccupied(App app, ChannelName channel) => outside.Hear(origin, "channel " + channel, true);

        public void ChannelVacated(App app, ChannelName channel) => outside.Hear(origin, "channel " + channel, false);

        public void MemberAdded(App app, ChannelName channel, string userId) => outside.Hear(origin, $"member {userId} of {channel}", true);

        public void MemberRemoved(App app, ChannelName channel, string userId) => outside.Hear(origin, $"member {userId} of {channel}", false);

        public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
        {
        }

        public void UserOnline(App app, string userId, bool isKnown) => outside.Hear(origin, "user " + userId, true);

        public void UserOffline(App app, string userId) => outside.Hear(origin, "user " + userId, false);
    }
}

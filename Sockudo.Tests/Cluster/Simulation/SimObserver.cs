using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>What a node's adapter says of the merged view: transitions of one thing must alternate.</summary>
internal sealed class SimObserver(string node, List<string> violations) : IOccupancyObserver
{
    private readonly Dictionary<string, bool> _last = [];
    private bool _wasJoined;

    /// <summary>Every transition in its order.</summary>
    public List<string> Told { get; } = [];

    public HashSet<string> Online { get; } = [];

    public void ChannelOccupied(App app, ChannelName channel) => Note("channel " + channel, true);

    public void ChannelVacated(App app, ChannelName channel) => Note("channel " + channel, false);

    public void MemberAdded(App app, ChannelName channel, string userId) => Note($"member {userId} of {channel}", true);

    public void MemberRemoved(App app, ChannelName channel, string userId) => Note($"member {userId} of {channel}", false);

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
    }

    public void UserOnline(App app, string userId, bool isKnown)
    {
        Note("user " + userId, true);
        Online.Add(userId);
    }

    public void UserOffline(App app, string userId)
    {
        Note("user " + userId, false);
        Online.Remove(userId);
    }

    /// <summary>Whether the node has joined: before, it takes over what was true without a word.</summary>
    public Func<bool> IsJoined { get; set; } = static () => false;

    private void Note(string what, bool isOn)
    {
        if (!_wasJoined)
        {
            _last.Clear();
            _wasJoined = IsJoined();
        }

        Told.Add($"{what} {(isOn ? "on" : "off")}");

        if (_last.TryGetValue(what, out var last) && last == isOn) violations.Add($"node {node} told '{what} {(isOn ? "on" : "off")}' twice");
        _last[what] = isOn;
    }
}

using Sockudo.Server.Apps;
using Sockudo.Server.Channels;

namespace Sockudo.Server.Adapters.Cluster.Membership;

/// <summary>
/// What the outside is told once, though every node sees it: channels occupied and vacated, members added and removed. Each node
/// keeps each transition until every node had time to see it and to know who is ready; then, if it is still true, the channel's
/// owner of that moment tells it. The others forget it when they hear that owner after that moment; if it is dead instead, the
/// next owner tells it. An owner that dies between telling and its next heartbeat makes it told twice; never is it not told at all. While nobody is an owner (a cluster that has just begun, a broker that is away) everybody keeps it. What was taken back meanwhile is told by nobody. Thread-safe. Bounded: beyond
/// <see cref="Capacity"/> transitions are not kept and counted (<see cref="Dropped"/>).
/// </summary>
internal sealed class OncePerCluster(IOccupancyObserver outside, ClusterClock clock, ClusterHealthOptions health) : IOccupancyObserver
{
    /// <summary>How many transitions wait at most.</summary>
    public const int Capacity = 200_000;

    private readonly Lock _gate = new(); // guards both collections
    private readonly Dictionary<(string AppId, string Channel, string? UserId), Transition> _waiting = [];
    private readonly PriorityQueue<Transition, long> _byDue = new();
    private long _dropped;

    /// <summary>Whether this node tells of a channel what is due since a moment of the clock; null is not known now. Set before the first transition by whoever has the cluster node.</summary>
    public Func<string, string, long, bool?> IsOwner { get; set; } = static (_, _, _) => false;

    /// <summary>Transitions that were not kept because too many waited.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void ChannelOccupied(App app, ChannelName channel) => Note(app, channel, null, isOn: true);

    public void ChannelVacated(App app, ChannelName channel) => Note(app, channel, null, isOn: false);

    public void MemberAdded(App app, ChannelName channel, string userId) => Note(app, channel, userId, isOn: true);

    public void MemberRemoved(App app, ChannelName channel, string userId) => Note(app, channel, userId, isOn: false);

    public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
    {
        // Has a cause on one node, which tells it.
    }

    public void UserOnline(App app, string userId)
    {
        // Watched by clients only.
    }

    public void UserOffline(App app, string userId)
    {
        // Watched by clients only.
    }

    /// <summary>Tells what is due and still true, if it is this node's to tell.</summary>
    public void TellDue()
    {
        var now = clock.Milliseconds;
        List<Transition> due = [];
        lock (_gate)
        {
            while (_byDue.TryPeek(out _, out var dueAt) && dueAt <= now)
            {
                var transition = _byDue.Dequeue();
                if (!_waiting.TryGetValue(transition.Key, out var current) || !ReferenceEquals(current, transition)) continue;
                if (IsOwner(transition.App.Id, transition.Channel.Value, transition.Due) is not { } isOwner)
                {
                    _byDue.Enqueue(transition, now + health.HeartbeatIntervalMs);
                    continue;
                }

                _waiting.Remove(transition.Key);
                if (isOwner) due.Add(transition);
            }
        }

        // Outside the lock: whoever is told may look at a channel, whose turn takes ours.
        foreach (var transition in due) Tell(transition);
    }

    private void Note(App app, ChannelName channel, string? userId, bool isOn)
    {
        lock (_gate)
        {
            var key = (app.Id, channel.Value, userId);

            // The opposite of what waits: back to what the outside knows.
            if (_waiting.Remove(key, out var waiting) && waiting.IsOn != isOn) return;
            if (_byDue.Count >= Capacity)
            {
                _dropped++;
                return;
            }

            var transition = waiting ?? new Transition(app, channel, userId, isOn, clock.Milliseconds + 3000 + health.NodeTimeoutMs);
            _waiting[key] = transition;
            if (waiting is null) _byDue.Enqueue(transition, transition.Due);
        }
    }

    private void Tell(Transition transition)
    {
        switch (transition)
        {
            case { UserId: null, IsOn: true }:
                outside.ChannelOccupied(transition.App, transition.Channel);
                break;
            case { UserId: null }:
                outside.ChannelVacated(transition.App, transition.Channel);
                break;
            case { IsOn: true }:
                outside.MemberAdded(transition.App, transition.Channel, transition.UserId);
                break;
            default:
                outside.MemberRemoved(transition.App, transition.Channel, transition.UserId);
                break;
        }
    }

    private sealed class Transition(App app, ChannelName channel, string? userId, bool isOn, long due)
    {
        public App App => app;

        public ChannelName Channel => channel;

        public string? UserId => userId;

        public bool IsOn => isOn;

        public long Due => due;

        public (string AppId, string Channel, string? UserId) Key => (app.Id, channel.Value, userId);
    }
}

using Sockudo.Server.Apps;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>What became of a subscription.</summary>
internal enum SubscribeOutcome
{
    Subscribed,

    /// <summary>The socket had it already; it was answered again.</summary>
    AlreadySubscribed,

    /// <summary>The presence channel has its full number of members.</summary>
    Full,

    /// <summary>The channel object was given up meanwhile; take a new one.</summary>
    Gone,
}

/// <summary>
/// One channel: its subscribers on this node and, when there are peers, what their nodes said of it (Channel.Remote.cs). What is
/// told of it comes from the merged view. Everything happens in the channel's turn, under its one lock: a subscriber is
/// answered and added in the same turn in which events are handed out, so nothing overtakes its
/// <c>subscription_succeeded</c> and nothing older follows it (docs/decisions/0001). Handing out is an enqueue per subscriber and
/// never waits. Thread-safe.
/// </summary>
internal sealed partial class Channel(
    App app, ChannelName name, CachedEvents cachedEvents, IOccupancyObserver observer, IChannelStream? stream = null, LeaveGrace? grace = null)
{
    private readonly Lock _gate = new(); // guards everything below
    private readonly SubscriberList _subscribers = new();
    private readonly PresenceMembers? _members = name.IsPresence ? new PresenceMembers() : null;
    private readonly RemoteSubscriptions _elsewhere = new();
    private bool _isGone;

    /// <summary>The app the channel belongs to.</summary>
    public App App { get; private set; } = app;

    /// <summary>The channel's name.</summary>
    public ChannelName Name { get; } = name;

    /// <summary>Subscriptions on this node.</summary>
    public int LocalSubscriptionCount => _subscribers.Count;

    /// <summary>Subscriptions on every node; on this one when counts are not replicated.</summary>
    public int SubscriptionCount => stream is { CountsSubscriptions: false } ? _subscribers.Count : _subscribers.Count + _elsewhere.Total;

    /// <summary>Whether any node has a subscription.</summary>
    public bool IsOccupied => _subscribers.Count > 0 || _elsewhere.Total > 0;

    /// <summary>Distinct users of a presence channel; 0 elsewhere.</summary>
    public int UserCount => _members?.Count ?? 0;

    /// <summary>The users of a presence channel.</summary>
    public string[] UserIds()
    {
        lock (_gate) return _members?.UserIds() ?? [];
    }

    /// <summary>A present user's info, as raw JSON; null when the user is not present.</summary>
    public byte[]? MemberInfo(string userId)
    {
        lock (_gate) return _members?.Find(userId);
    }

    /// <summary>Adds a subscriber and answers it: the transition to the others, the success, then a cache channel's last event.</summary>
    public SubscribeOutcome Subscribe(Connection connection, PresenceMember? member, int? maxMembers)
    {
        lock (_gate)
        {
            if (_isGone) return SubscribeOutcome.Gone;

            // The channel may have been made for what another node said, before this one had loaded the app.
            if (App.Secret.Length == 0) App = connection.App;
            if (_members is not null && member is not null && maxMembers is { } max && _members.Count >= max && !_members.Contains(member.UserId))
            {
                GiveUpIfEmpty();
                return SubscribeOutcome.Full;
            }

            // Made before anything changes: what cannot be answered must not be half done.
            var answer = Succeeded(member);
            if (connection.Subscriptions.TryGetValue(Name.Value, out var presentAs))
            {
                if (presentAs == member?.UserId)
                {
                    if (member is not null) Update(member);
                    Answer(connection, answer);
                    return SubscribeOutcome.AlreadySubscribed;
                }

                // The same socket as another user: the old one leaves.
                Leave(connection, presentAs!);
                answer = Succeeded(member);
            }

            var isNew = connection.Subscriptions.TryAdd(Name.Value, member?.UserId);
            if (!isNew) connection.Subscriptions[Name.Value] = member?.UserId;
            if (isNew) _subscribers.Add(connection);
            if (member is not null) Join(connection, member);
            Answer(connection, answer);
            if (!isNew) return SubscribeOutcome.AlreadySubscribed;
            TellOthers(wasHere: _subscribers.Count - 1);
            if (_subscribers.Count == 1 && _elsewhere.Total == 0) observer.ChannelOccupied(App, Name);
            observer.SubscriptionCountChanged(App, Name, SubscriptionCount, this);
            observer.SubscriptionsChangedHere(App, Name, SubscriptionCount);
            return SubscribeOutcome.Subscribed;
        }
    }

    /// <summary>Removes a subscriber; false when it was none. A channel nobody has is given up: <see cref="SubscribeOutcome.Gone"/> from then on.</summary>
    public bool Unsubscribe(Connection connection)
    {
        lock (_gate)
        {
            if (!connection.Subscriptions.Remove(Name.Value, out var presentAs)) return false;
            _subscribers.Remove(connection);
            if (presentAs is not null) Leave(connection, presentAs);
            TellOthers(wasHere: _subscribers.Count + 1);
            observer.SubscriptionCountChanged(App, Name, SubscriptionCount, this);
            observer.SubscriptionsChangedHere(App, Name, SubscriptionCount);
            if (!IsOccupied) observer.ChannelVacated(App, Name);
            GiveUpIfEmpty();
            return true;
        }
    }

    /// <summary>
    /// Publishes a frame: to every subscriber here but one, and to the other nodes in the same turn. For a cache channel it becomes
    /// the last event when <paramref name="remember"/> is set. Returns how many got it here, or -1 when the channel was given up
    /// meanwhile: take a new one.
    /// </summary>
    public int Publish(byte[] frame, SocketId? except, bool remember, ulong idempotencyKey = 0)
    {
        lock (_gate)
        {
            if (_isGone) return -1;
            WriteStamp? remembered = remember ? stream?.NextStamp() ?? default : null;
            var recipients = Deliver(frame, except, remembered, isOwn: true);
            stream?.Published(this, frame, except, remembered, idempotencyKey);
            GiveUpIfEmpty();
            return recipients;
        }
    }

    /// <summary>Hands a frame to every subscriber here, in the channel's turn.</summary>
    public void Tell(byte[] frame)
    {
        lock (_gate) HandOut(frame, except: null);
    }

    /// <summary>Tells every subscriber here how many there are now.</summary>
    public void TellSubscriptionCount()
    {
        lock (_gate)
        {
            if (_subscribers.Count > 0) HandOut(PusherWriter.SubscriptionCount(Name.Value, SubscriptionCount), except: null);
        }
    }

    /// <summary>Whether the channel was given up, so that its registry may forget it.</summary>
    public bool IsGone
    {
        get
        {
            lock (_gate) return _isGone;
        }
    }

    private byte[] Succeeded(PresenceMember? member) => _members is null
        ? PusherWriter.SubscriptionSucceeded(Name.Value)
        : PusherWriter.PresenceSubscriptionSucceeded(Name.Value, _members.Snapshot(member));

    private void Answer(Connection connection, byte[] succeeded)
    {
        connection.Send(succeeded);
        if (Name.IsCache) AnswerLastEvent(connection);
    }

    private void Join(Connection connection, PresenceMember member)
    {
        var stamp = stream?.NextStamp() ?? default;
        var appeared = _members!.Add(member, stamp, out var isNews);
        if (isNews) stream?.MemberPresent(this, member.UserId, member.UserInfo, stamp);
        if (!appeared) return;
        HandOut(PusherWriter.MemberAdded(Name.Value, member.UserId, member.UserInfo), connection);
        observer.MemberAdded(App, Name, member.UserId);
    }

    private void Update(PresenceMember member)
    {
        var stamp = stream?.NextStamp() ?? default;
        if (_members!.Update(member, stamp)) stream?.MemberPresent(this, member.UserId, member.UserInfo, stamp);
    }

    private void Leave(Connection connection, string userId)
    {
        var gone = _members!.Remove(userId, out var lastHere);
        if (lastHere) stream?.MemberAbsent(this, userId);
        if (gone) Vanish(userId, connection, isQuiet: false);
    }

    private int Deliver(byte[] frame, SocketId? except, WriteStamp? remembered, bool isOwn = false)
    {
        if (remembered is { } stamp)
        {
            cachedEvents.Set(App, Name.Value, frame, stamp, isOwn);
            if (_awaitingLastEvent is { } waiting) StopWaiting(waiting, except);
        }

        var excluded = except is { } id ? _subscribers.Find(id) : null;
        HandOut(frame, excluded);
        return _subscribers.Count - (excluded is null ? 0 : 1);
    }

    private void HandOut(byte[] frame, Connection? except)
    {
        foreach (var connection in _subscribers.Span)
        {
            if (!ReferenceEquals(connection, except)) connection.Send(frame);
        }
    }

    private void GiveUpIfEmpty() => _isGone |= _subscribers.Count == 0 && _elsewhere.IsEmpty && _members is not { Count: > 0 };
}

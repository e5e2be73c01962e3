using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>
/// What other nodes said of the channel, and the transitions that follow from it. Each method answers false when the channel was
/// given up meanwhile: take a new one. <c>isQuiet</c> keeps a transition from the observer (a joining node learns what was true
/// long before), never from subscribers here: what they are told stays whole.
/// </summary>
internal sealed partial class Channel
{
    /// <summary>A node has this many subscriptions, as of a sequence of its stream.</summary>
    public bool SetElsewhere(RemoteNode node, int count, ulong sequence, bool isQuiet)
    {
        lock (_gate)
        {
            if (_isGone) return false;
            var before = _elsewhere.Total;
            if (_elsewhere.Set(node, count, sequence)) TellElsewhereChanged(before, isQuiet);
            GiveUpIfEmpty();
            return true;
        }
    }

    /// <summary>A node has a user with this info, as of a sequence of its stream.</summary>
    public bool SetMemberElsewhere(RemoteNode node, PresenceMember member, WriteStamp stamp, ulong sequence, bool isQuiet)
    {
        lock (_gate)
        {
            if (_isGone) return false;
            if (_members is null || !_members.SetElsewhere(node, member, stamp, sequence)) return true;
            HandOut(PusherWriter.MemberAdded(Name.Value, member.UserId, member.UserInfo), except: null);
            if (!isQuiet) observer.MemberAdded(App, Name, member.UserId);
            return true;
        }
    }

    /// <summary>A node has a user no more, as of a sequence of its stream.</summary>
    public bool RemoveMemberElsewhere(RemoteNode node, string userId, ulong sequence, bool isQuiet)
    {
        lock (_gate)
        {
            if (_isGone) return false;
            if (_members?.RemoveElsewhere(node, userId, sequence) == true) Vanish(userId, except: null, isQuiet);
            GiveUpIfEmpty();
            return true;
        }
    }

    /// <summary>Removes everything a node said before a sequence.</summary>
    public void RemoveElsewhere(RemoteNode node, ulong before, bool isQuiet)
    {
        lock (_gate)
        {
            if (_isGone) return;
            foreach (var userId in _members?.RemoveElsewhere(node, before) ?? []) Vanish(userId, except: null, isQuiet);
            var total = _elsewhere.Total;
            _elsewhere.Remove(node, before);
            TellElsewhereChanged(total, isQuiet);
            GiveUpIfEmpty();
        }
    }

    /// <summary>Hands an event of another node to every subscriber here but one. Returns how many got it, or -1 when the channel was given up meanwhile.</summary>
    public int DeliverElsewhere(byte[] frame, SocketId? except, WriteStamp? remembered)
    {
        lock (_gate)
        {
            if (_isGone) return -1;
            var recipients = Deliver(frame, except, remembered);
            GiveUpIfEmpty();
            return recipients;
        }
    }

    /// <summary>Keeps another node's last event unless a later one is kept, without handing it out.</summary>
    public bool Remember(byte[] frame, WriteStamp stamp, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_isGone) return false;
            cachedEvents.Set(App, Name.Value, frame, stamp, timeToLive);
            GiveUpIfEmpty();
            return true;
        }
    }

    /// <summary>A user's grace is over: the user is gone unless it came back or left again meanwhile.</summary>
    public void EndLeave(string userId, int turn)
    {
        lock (_gate)
        {
            if (_isGone || !_members!.Delete(userId, turn)) return;
            HandOut(PusherWriter.MemberRemoved(Name.Value, userId), except: null);
            observer.MemberRemoved(App, Name, userId);
            GiveUpIfEmpty();
        }
    }

    /// <summary>Reads what this node is to say of the channel; nothing changes between the sequence <paramref name="sequence"/> gives and the reading.</summary>
    public LocalOccupancy ReadLocal(Func<ulong> sequence)
    {
        lock (_gate) return new LocalOccupancy(sequence(), _subscribers.Count, _members is null ? [] : [.. _members.Here()]);
    }

    private void TellElsewhereChanged(int before, bool isQuiet)
    {
        var now = _elsewhere.Total;
        if (now == before) return;
        if (before == 0 && _subscribers.Count == 0 && !isQuiet) observer.ChannelOccupied(App, Name);
        if (stream is not { CountsSubscriptions: false }) observer.SubscriptionCountChanged(App, Name, SubscriptionCount, this);
        if (!IsOccupied && !isQuiet) observer.ChannelVacated(App, Name);
    }

    private void TellOthers(int wasHere)
    {
        if (stream is null) return;
        var here = _subscribers.Count;
        if (stream.CountsSubscriptions) stream.SubscriptionsChanged(this, here);
        else if ((wasHere > 0) != (here > 0)) stream.SubscriptionsChanged(this, Math.Min(here, 1));
    }

    private void Vanish(string userId, Connection? except, bool isQuiet)
    {
        if (grace is { IsOn: true })
        {
            grace.Begin(this, userId, _members!.BeginLeave(userId));
            return;
        }

        _members!.Delete(userId);
        HandOut(PusherWriter.MemberRemoved(Name.Value, userId), except);
        if (!isQuiet) observer.MemberRemoved(App, Name, userId);
    }
}

/// <summary>What this node has of a channel, as of a sequence of its stream.</summary>
internal readonly record struct LocalOccupancy(
    ulong Sequence, int SubscriptionCount, IReadOnlyList<(string UserId, byte[] UserInfo, WriteStamp Stamp)> Members);

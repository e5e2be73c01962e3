using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>
/// The users of a presence channel: how many connections each has here, and on which other nodes each is present. The user's
/// info is that of the last writer among them. Not thread-safe: guarded by the channel's lock; only <see cref="Count"/> may be
/// read without it.
/// </summary>
internal sealed class PresenceMembers
{
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private volatile int _count;

    /// <summary>Distinct users, those in their grace included.</summary>
    public int Count => _count;

    /// <summary>A user's info; null when it is not present.</summary>
    public byte[]? Find(string userId) => _members.GetValueOrDefault(userId)?.UserInfo;

    public bool Contains(string userId) => _members.ContainsKey(userId);

    /// <summary>
    /// Adds one connection of a user; true when the user appeared with it. The newest info is the user's info here;
    /// <paramref name="isNews"/> says whether other nodes know neither the user nor the info from us.
    /// </summary>
    public bool Add(PresenceMember added, WriteStamp stamp, out bool isNews)
    {
        var appeared = !_members.TryGetValue(added.UserId, out var member);
        if (member is null) _members.Add(added.UserId, member = new Member());
        isNews = member.Connections++ == 0 || !member.InfoHere.AsSpan().SequenceEqual(added.UserInfo);
        member.SetHere(added.UserInfo, stamp);
        _count = _members.Count;
        return appeared;
    }

    /// <summary>Takes a present user's newer info; true when it differs from what it was here.</summary>
    public bool Update(PresenceMember updated, WriteStamp stamp)
    {
        var member = _members[updated.UserId];
        if (member.InfoHere.AsSpan().SequenceEqual(updated.UserInfo)) return false;
        member.SetHere(updated.UserInfo, stamp);
        return true;
    }

    /// <summary>Removes one connection of a user; <paramref name="lastHere"/> when it was the last on this node. True when the user has none anywhere.</summary>
    public bool Remove(string userId, out bool lastHere)
    {
        lastHere = false;
        if (!_members.TryGetValue(userId, out var member) || member.Connections == 0 || --member.Connections > 0) return false;
        lastHere = true;
        member.SetHere(null, default);
        return !member.IsPresent;
    }

    /// <summary>Another node has the user; true when the user appeared with it.</summary>
    public bool SetElsewhere(RemoteNode node, PresenceMember present, WriteStamp stamp, ulong sequence)
    {
        var appeared = !_members.TryGetValue(present.UserId, out var member);
        if (member is null) _members.Add(present.UserId, member = new Member());
        member.SetElsewhere(node, present.UserInfo, stamp, sequence);
        _count = _members.Count;
        return appeared;
    }

    /// <summary>Another node said, at this sequence or before it, that it has the user, and has it no more; true when the user has no connection anywhere now.</summary>
    public bool RemoveElsewhere(RemoteNode node, string userId, ulong sequence) =>
        _members.TryGetValue(userId, out var member) && member.RemoveElsewhere(node, sequence) && !member.IsPresent;

    /// <summary>Removes what another node said before a sequence and returns the users who have no connection anywhere now.</summary>
    public List<string> RemoveElsewhere(RemoteNode node, ulong before)
    {
        List<string> gone = [];
        if (before == 0) return gone;
        foreach (var (userId, member) in _members)
        {
            if (member.RemoveElsewhere(node, before - 1) && !member.IsPresent) gone.Add(userId);
        }

        return gone;
    }

    /// <summary>Notes that a user with no connection anywhere is in its grace; returns which of its leaves this is.</summary>
    public int BeginLeave(string userId) => ++_members[userId].Leaves;

    /// <summary>Deletes a user who has no connection anywhere; false when there is one again, or a later leave began, or no such user.</summary>
    public bool Delete(string userId, int? leave = null)
    {
        if (!_members.TryGetValue(userId, out var member) || member.IsPresent || (leave is { } turn && member.Leaves != turn)) return false;
        _members.Remove(userId);
        _count = _members.Count;
        return true;
    }

    /// <summary>Every user with its info, as it is once a user is added with the newest info.</summary>
    public KeyValuePair<string, byte[]>[] Snapshot(PresenceMember? added = null)
    {
        var isNew = added is not null && !_members.ContainsKey(added.UserId);
        var snapshot = new KeyValuePair<string, byte[]>[_members.Count + (isNew ? 1 : 0)];
        var i = 0;
        foreach (var (userId, member) in _members)
            snapshot[i++] = new KeyValuePair<string, byte[]>(userId, added?.UserId == userId ? added.UserInfo : member.UserInfo);
        if (isNew) snapshot[i] = new KeyValuePair<string, byte[]>(added!.UserId, added.UserInfo);
        return snapshot;
    }

    /// <summary>The users with a connection here, as other nodes are told of them.</summary>
    public IEnumerable<(string UserId, byte[] UserInfo, WriteStamp Stamp)> Here()
    {
        foreach (var (userId, member) in _members)
        {
            if (member.Connections > 0) yield return (userId, member.InfoHere!, member.StampHere);
        }
    }

    public string[] UserIds() => [.. _members.Keys];

    private sealed class Member
    {
        private RemotePresence[] _elsewhere = [];

        /// <summary>The last writer's info; kept when nobody is left, for the grace.</summary>
        public byte[] UserInfo { get; private set; } = [];

        public int Connections { get; set; }

        public int Leaves { get; set; }

        public byte[]? InfoHere { get; private set; }

        public WriteStamp StampHere { get; private set; }

        public bool IsPresent => Connections > 0 || _elsewhere.Length > 0;

        public void SetHere(byte[]? info, WriteStamp stamp)
        {
            InfoHere = info;
            StampHere = stamp;
            Choose();
        }

        public void SetElsewhere(RemoteNode node, byte[] info, WriteStamp stamp, ulong sequence)
        {
            var at = Array.FindIndex(_elsewhere, presence => ReferenceEquals(presence.Node, node));
            if (at >= 0 && sequence < _elsewhere[at].Sequence) return;
            var presence = new RemotePresence(node, info, stamp, sequence);
            if (at < 0) _elsewhere = [.. _elsewhere, presence];
            else _elsewhere[at] = presence;
            Choose();
        }

        public bool RemoveElsewhere(RemoteNode node, ulong upTo)
        {
            var at = Array.FindIndex(_elsewhere, presence => ReferenceEquals(presence.Node, node) && presence.Sequence <= upTo);
            if (at < 0) return false;
            _elsewhere = [.. _elsewhere.AsSpan(0, at), .. _elsewhere.AsSpan(at + 1)];
            Choose();
            return true;
        }

        private void Choose()
        {
            // Without peers there is nothing to choose from: the newest info here is the user's.
            var best = InfoHere;
            var stamp = StampHere;
            foreach (var presence in _elsewhere)
            {
                if (best is not null && presence.Stamp <= stamp) continue;
                (best, stamp) = (presence.Info, presence.Stamp);
            }

            if (best is not null) UserInfo = best;
        }
    }

    private readonly record struct RemotePresence(RemoteNode Node, byte[] Info, WriteStamp Stamp, ulong Sequence);
}

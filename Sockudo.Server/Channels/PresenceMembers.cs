using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>
/// The users of a presence channel with how many connections each has. Not thread-safe: guarded by the channel's lock; only
/// <see cref="Count"/> may be read without it.
/// </summary>
internal sealed class PresenceMembers
{
    private readonly Dictionary<string, Member> _members = new(StringComparer.Ordinal);
    private volatile int _count;

    /// <summary>Distinct users.</summary>
    public int Count => _count;

    public bool Contains(string userId) => _members.ContainsKey(userId);

    /// <summary>Adds one connection of a user; true when it is the user's first. The newest info is the user's info.</summary>
    public bool Add(PresenceMember member)
    {
        if (_members.TryGetValue(member.UserId, out var present))
        {
            present.Connections++;
            present.UserInfo = member.UserInfo;
            return false;
        }

        _members.Add(member.UserId, new Member { UserInfo = member.UserInfo, Connections = 1 });
        _count = _members.Count;
        return true;
    }

    /// <summary>Takes a present user's newer info.</summary>
    public void Update(PresenceMember member) => _members[member.UserId].UserInfo = member.UserInfo;

    /// <summary>Removes one connection of a user; true when it was the user's last.</summary>
    public bool Remove(string userId)
    {
        if (!_members.TryGetValue(userId, out var present) || --present.Connections > 0) return false;
        _members.Remove(userId);
        _count = _members.Count;
        return true;
    }

    /// <summary>Every user with its info.</summary>
    public KeyValuePair<string, byte[]>[] Snapshot()
    {
        var snapshot = new KeyValuePair<string, byte[]>[_members.Count];
        var i = 0;
        foreach (var (userId, member) in _members) snapshot[i++] = new KeyValuePair<string, byte[]>(userId, member.UserInfo);
        return snapshot;
    }

    public string[] UserIds() => [.. _members.Keys];

    private sealed class Member
    {
        public required byte[] UserInfo { get; set; }

        public required int Connections { get; set; }
    }
}

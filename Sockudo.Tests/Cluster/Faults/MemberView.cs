using System.Diagnostics;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>A presence channel as one client sees it: the list it got at the start, changed by each event. Used under its client's lock.</summary>
internal sealed class MemberView(IEnumerable<string> initial)
{
    private readonly HashSet<string> _members = [.. initial];
    private readonly Dictionary<string, List<(bool Added, long At)>> _changes = [];

    public IReadOnlySet<string> Members => _members;

    /// <summary>Takes a member event; answers what is wrong with it, or null.</summary>
    public string? Take(bool added, string user)
    {
        if (!_changes.TryGetValue(user, out var changes))
        {
            _changes[user] = changes = [];
        }

        changes.Add((added, Stopwatch.GetTimestamp()));
        return (added ? _members.Add(user) : _members.Remove(user)) ? null : $"{user} was {(added ? "added" : "removed")} twice";
    }

    /// <summary>The events about a user since a moment of <see cref="Stopwatch"/>.</summary>
    public IReadOnlyList<(bool Added, long At)> ChangesOf(string user, long since) =>
        _changes.TryGetValue(user, out var changes) ? [.. changes.Where(change => change.At >= since)] : [];
}

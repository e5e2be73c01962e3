using System.Collections.Concurrent;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// How many sockets each app has on the other nodes, and which apps' totals are to be told to them. A total is absolute, so many
/// connects of one writer turn are one entry. Thread-safe.
/// </summary>
internal sealed class ConnectionTotals(ConnectionRegistry connections, StreamSet streams, bool isCounting)
{
    private readonly Lock _gate = new(); // guards everything below but _elsewhere's reading
    private readonly Dictionary<(RemoteNode Node, string AppId), (int Count, ulong Sequence)> _byNode = [];
    private readonly ConcurrentDictionary<string, int> _elsewhere = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);

    /// <summary>Called, outside the lock, when a total is to be told.</summary>
    public Action Pending { get; set; } = static () => { };

    /// <summary>Sockets of an app on the other nodes; 0 when totals are not replicated.</summary>
    public int Elsewhere(string appId) => _elsewhere.GetValueOrDefault(appId);

    /// <summary>An app's sockets here changed.</summary>
    public void Changed(string appId)
    {
        if (!isCounting) return;
        bool isFirst;
        lock (_gate) isFirst = _changed.Add(appId) && _changed.Count == 1;
        if (isFirst) Pending();
    }

    /// <summary>Appends the totals that changed. Called by the writer, so that they are appended in the order in which they were read.</summary>
    public void AppendChanged()
    {
        string[] changed;
        lock (_gate)
        {
            if (_changed.Count == 0) return;
            changed = [.. _changed];
            _changed.Clear();
        }

        foreach (var appId in changed) streams.TryAppend(appId, "", EntryWriter.Connections(appId, CountHere(appId)));
    }

    /// <summary>Another node has this many sockets of an app, as of a sequence of its stream.</summary>
    public void SetElsewhere(RemoteNode node, string appId, int count, ulong sequence)
    {
        lock (_gate)
        {
            if (_byNode.TryGetValue((node, appId), out var known) && known.Sequence > sequence) return;
            _byNode[(node, appId)] = (count, sequence);
            Sum(appId);
        }
    }

    /// <summary>Removes what another node said before a sequence.</summary>
    public void RemoveElsewhere(RemoteNode node, ulong before, Func<string, bool> isIncluded)
    {
        lock (_gate)
        {
            foreach (var (key, known) in _byNode)
            {
                if (!ReferenceEquals(key.Node, node) || known.Sequence >= before || !isIncluded(key.AppId)) continue;
                _byNode.Remove(key);
                Sum(key.AppId);
            }
        }
    }

    /// <summary>The apps with sockets here.</summary>
    public List<(string AppId, int Count)> ReadLocal() =>
        isCounting ? [.. connections.Apps.Where(static app => app.Count > 0).Select(static app => (app.App.Id, app.Count))] : [];

    private int CountHere(string appId)
    {
        foreach (var app in connections.Apps)
        {
            if (app.App.Id == appId) return app.Count;
        }

        return 0;
    }

    private void Sum(string appId)
    {
        var total = 0;
        foreach (var (key, known) in _byNode)
        {
            if (key.AppId == appId) total += known.Count;
        }

        _elsewhere[appId] = total;
    }
}

using System.Collections.Concurrent;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Connections;

/// <summary>All sockets of this node, app by app. Thread-safe. An app's entry stays once made: there are as many as configured apps.</summary>
internal sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<string, AppConnections> _apps = new(StringComparer.Ordinal);

    /// <summary>The apps that had a socket or were asked about.</summary>
    public IEnumerable<AppConnections> Apps => _apps.Select(static pair => pair.Value);

    /// <summary>Every socket of the node.</summary>
    public IEnumerable<Connection> All => Apps.SelectMany(static app => app.All);

    /// <summary>How many sockets the node has.</summary>
    public int Count => Apps.Sum(static app => app.Count);

    /// <summary>The sockets of one app.</summary>
    public AppConnections For(App app) => _apps.GetOrAdd(app.Id, static (_, a) => new AppConnections(a), app);
}

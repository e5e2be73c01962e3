using Sockudo.Server.Apps;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Messaging;

/// <summary>
/// Who watches whom on this node. It keeps its own view of who is online, fed by the adapter's transitions, so that a watcher's
/// first list and the changes after it are one sequence: what it was told last is the truth. Thread-safe.
/// </summary>
internal sealed class WatchlistNotifier
{
    private readonly Lock _gate = new(); // guards both maps
    private readonly Dictionary<(string AppId, string UserId), HashSet<Connection>> _watchers = [];
    private readonly HashSet<(string AppId, string UserId)> _online = [];

    /// <summary>Tells a socket the state of the users it watches and every change from then on. Called by the connection's loop.</summary>
    public void Watch(Connection connection, IReadOnlyList<string> users)
    {
        if (users.Count == 0) return;
        lock (_gate)
        {
            connection.Watchlist = users;
            List<string> online = [];
            List<string> offline = [];
            foreach (var user in users.Distinct(StringComparer.Ordinal))
            {
                var key = (connection.App.Id, user);
                if (!_watchers.TryGetValue(key, out var watchers)) _watchers[key] = watchers = [];
                watchers.Add(connection);
                (_online.Contains(key) ? online : offline).Add(user);
            }

            connection.Send(PusherWriter.WatchlistEvents(online, offline));
        }
    }

    /// <summary>Ends a socket's watching. Called by the connection's loop.</summary>
    public void Unwatch(Connection connection)
    {
        if (connection.Watchlist.Count == 0) return;
        lock (_gate)
        {
            foreach (var user in connection.Watchlist)
            {
                var key = (connection.App.Id, user);
                if (_watchers.TryGetValue(key, out var watchers) && watchers.Remove(connection) && watchers.Count == 0) _watchers.Remove(key);
            }

            connection.Watchlist = [];
        }
    }

    /// <summary>A user came online.</summary>
    public void UserOnline(App app, string userId)
    {
        if (!app.EnableWatchlistEvents) return;
        lock (_gate)
        {
            if (_online.Add((app.Id, userId))) Tell(app, userId, PusherWriter.WatchlistEvents([userId], []));
        }
    }

    /// <summary>A user went offline.</summary>
    public void UserOffline(App app, string userId)
    {
        if (!app.EnableWatchlistEvents) return;
        lock (_gate)
        {
            if (_online.Remove((app.Id, userId))) Tell(app, userId, PusherWriter.WatchlistEvents([], [userId]));
        }
    }

    private void Tell(App app, string userId, byte[] frame)
    {
        if (!_watchers.TryGetValue((app.Id, userId), out var watchers)) return;
        foreach (var watcher in watchers) watcher.Send(frame);
    }
}

using System.Collections.Concurrent;
using Sockudo.Server.Apps;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Connections;

/// <summary>The sockets of one app on this node, by socket id and by signed-in user. Thread-safe.</summary>
internal sealed class AppConnections(App app)
{
    private readonly ConcurrentDictionary<SocketId, Connection> _sockets = new();
    private readonly Lock _usersGate = new(); // guards _users
    private readonly Dictionary<string, List<Connection>> _users = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>The app.</summary>
    public App App { get; } = app;

    /// <summary>How many sockets there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many distinct users are signed in.</summary>
    public int UserCount
    {
        get
        {
            lock (_usersGate) return _users.Count;
        }
    }

    /// <summary>All sockets, without a lock; one that comes or goes meanwhile may or may not be among them.</summary>
    public IEnumerable<Connection> All
    {
        get
        {
            foreach (var (_, connection) in _sockets) yield return connection;
        }
    }

    /// <summary>Adds a socket unless the limit (0 for none) is reached. Exact under concurrent connects.</summary>
    public bool TryAdd(Connection connection, int limit)
    {
        // Counted by compare-and-swap: an attempt that is refused must not stand in the count for a moment and turn another away.
        int count;
        do
        {
            count = Volatile.Read(ref _count);
            if (limit > 0 && count >= limit) return false;
        }
        while (Interlocked.CompareExchange(ref _count, count + 1, count) != count);

        if (_sockets.TryAdd(connection.Id, connection)) return true;
        Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Removes a socket; false when it was not there.</summary>
    public bool Remove(Connection connection)
    {
        if (!_sockets.TryRemove(new KeyValuePair<SocketId, Connection>(connection.Id, connection))) return false;
        Interlocked.Decrement(ref _count);
        return true;
    }

    /// <summary>Finds a socket by its id.</summary>
    public Connection? Find(SocketId id) => _sockets.GetValueOrDefault(id);

    /// <summary>
    /// Puts a socket under a user; <paramref name="onFirst"/> runs, still in the users' turn, when it is the user's first here,
    /// so that what is told of one user alternates.
    /// </summary>
    public void AddUser(string userId, Connection connection, Action<string> onFirst)
    {
        lock (_usersGate)
        {
            if (_users.TryGetValue(userId, out var sockets))
            {
                sockets.Add(connection);
                return;
            }

            _users.Add(userId, [connection]);
            onFirst(userId);
        }
    }

    /// <summary>Takes a socket from a user; <paramref name="onLast"/> runs, still in the users' turn, when it was the user's last here.</summary>
    public void RemoveUser(string userId, Connection connection, Action<string> onLast)
    {
        lock (_usersGate)
        {
            if (!_users.TryGetValue(userId, out var sockets) || !sockets.Remove(connection) || sockets.Count > 0) return;
            _users.Remove(userId);
            onLast(userId);
        }
    }

    /// <summary>Whether the user has a socket here.</summary>
    public bool HasUser(string userId)
    {
        lock (_usersGate) return _users.ContainsKey(userId);
    }

    /// <summary>Runs an action on each socket of a user, in the users' turn, and returns how many there were. The action must not wait.</summary>
    public int ForEachOfUser(string userId, Action<Connection> action)
    {
        lock (_usersGate)
        {
            if (!_users.TryGetValue(userId, out var sockets)) return 0;
            foreach (var connection in sockets) action(connection);
            return sockets.Count;
        }
    }
}

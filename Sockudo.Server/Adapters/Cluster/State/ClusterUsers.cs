using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// The signed-in users of the cluster: who has a socket here, who on which other node. The observer is told from the merged view.
/// Everything about users happens in one turn, under this lock, which is taken before that of an app's connections. Thread-safe.
/// </summary>
internal sealed class ClusterUsers(ConnectionRegistry connections, StreamSet streams, ClusterClock clock, IOccupancyObserver observer)
{
    private readonly Lock _gate = new(); // guards _users
    private readonly Dictionary<(string AppId, string UserId), Presence> _users = [];

    /// <summary>Users online anywhere.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _users.Count;
        }
    }

    /// <summary>Whether a user has a socket on any node.</summary>
    public bool IsOnline(string appId, string userId)
    {
        lock (_gate) return _users.ContainsKey((appId, userId));
    }

    /// <summary>Puts a socket under a user.</summary>
    public void SignIn(Connection connection, string userId)
    {
        lock (_gate)
        {
            connections.For(connection.App).AddUser(userId, connection, user =>
            {
                streams.TryAppend(connection.App.Id, user, EntryWriter.User(connection.App.Id, user, isOnline: true));
                if (Find(connection.App.Id, user).IsOnlineNow(here: true)) observer.UserOnline(connection.App, user, isKnown: false);
            });
        }
    }

    /// <summary>Takes a socket from a user.</summary>
    public void SignOut(Connection connection, string userId)
    {
        lock (_gate)
        {
            connections.For(connection.App).RemoveUser(userId, connection, user =>
            {
                streams.TryAppend(connection.App.Id, user, EntryWriter.User(connection.App.Id, user, isOnline: false));
                var presence = Find(connection.App.Id, user);
                presence.IsHere = false;
                TellIfOffline(connection.App, user, presence);
            });
        }
    }

    /// <summary>Hands a frame to a user's sockets here, and to the other nodes in the same turn.</summary>
    public int Publish(App app, string userId, byte[] frame, SocketId? except)
    {
        lock (_gate)
        {
            streams.TryAppend(app.Id, userId, EntryWriter.UserEvent(app.Id, userId, ServerFrame.Payload(frame), except, BusTrace.Start(frame)));
            return Deliver(app, userId, frame, except);
        }
    }

    /// <summary>Hands a frame of another node to a user's sockets here; returns how many there are.</summary>
    public int DeliverElsewhere(App app, string userId, byte[] frame, SocketId? except)
    {
        lock (_gate) return Deliver(app, userId, frame, except);
    }

    /// <summary>Closes a user's sockets here, and tells the other nodes in the same turn.</summary>
    public int Close(App app, string userId, PusherError reason)
    {
        lock (_gate)
        {
            streams.TryAppend(app.Id, userId, EntryWriter.CloseUser(app.Id, userId, reason, clock.Milliseconds));
            return connections.For(app).ForEachOfUser(userId, connection => connection.Close(reason));
        }
    }

    /// <summary>Closes a user's sockets here that are older than the command of another node.</summary>
    public void CloseElsewhere(App app, string userId, PusherError reason, TimeSpan age)
    {
        lock (_gate)
        {
            connections.For(app).ForEachOfUser(userId, connection =>
            {
                if (clock.Since(connection.ConnectedAt) >= age) connection.Close(reason);
            });
        }
    }

    /// <summary>Another node has, or has no more, a socket of a user, as of a sequence of its stream; quietly while this node joins.</summary>
    public void SetElsewhere(RemoteNode node, App app, string userId, bool isOnline, ulong sequence, bool isQuiet)
    {
        lock (_gate)
        {
            if (isOnline)
            {
                if (Find(app.Id, userId).IsOnlineNow(node, sequence)) observer.UserOnline(app, userId, isKnown: isQuiet);
            }
            else if (_users.TryGetValue((app.Id, userId), out var presence) && presence.Remove(node, sequence))
            {
                TellIfOffline(app, userId, presence);
            }
        }
    }

    /// <summary>Removes what another node said of users before a sequence.</summary>
    public void RemoveElsewhere(RemoteNode node, ulong before, Func<string, App> app, Func<string, string, bool> isIncluded)
    {
        if (before == 0) return;
        lock (_gate)
        {
            foreach (var ((appId, userId), presence) in _users)
            {
                if (isIncluded(appId, userId) && presence.Remove(node, before - 1)) TellIfOffline(app(appId), userId, presence);
            }
        }
    }

    /// <summary>The users with a socket here, as of the sequence that <paramref name="sequence"/> gives.</summary>
    public (ulong Sequence, List<(string AppId, string UserId)> Users) ReadLocal(Func<ulong> sequence)
    {
        lock (_gate) return (sequence(), [.. _users.Where(static pair => pair.Value.IsHere).Select(static pair => pair.Key)]);
    }

    private int Deliver(App app, string userId, byte[] frame, SocketId? except)
    {
        var recipients = 0;
        connections.For(app).ForEachOfUser(userId, connection =>
        {
            if (connection.Id == except) return;
            connection.Send(frame);
            recipients++;
        });
        return recipients;
    }

    private Presence Find(string appId, string userId)
    {
        if (!_users.TryGetValue((appId, userId), out var presence)) _users.Add((appId, userId), presence = new Presence());
        return presence;
    }

    private void TellIfOffline(App app, string userId, Presence presence)
    {
        if (presence.IsOnline) return;
        _users.Remove((app.Id, userId));
        observer.UserOffline(app, userId);
    }

    private sealed class Presence
    {
        private (RemoteNode Node, ulong Sequence)[] _elsewhere = [];

        public bool IsHere { get; set; }

        public bool IsOnline => IsHere || _elsewhere.Length > 0;

        /// <summary>True when the user was online nowhere before.</summary>
        public bool IsOnlineNow(bool here)
        {
            var was = IsOnline;
            IsHere = here;
            return !was;
        }

        public bool IsOnlineNow(RemoteNode node, ulong sequence)
        {
            var was = IsOnline;
            var at = Array.FindIndex(_elsewhere, entry => ReferenceEquals(entry.Node, node));
            if (at < 0) _elsewhere = [.. _elsewhere, (node, sequence)];
            else if (sequence > _elsewhere[at].Sequence) _elsewhere[at] = (node, sequence);
            return !was;
        }

        public bool Remove(RemoteNode node, ulong upTo)
        {
            var at = Array.FindIndex(_elsewhere, entry => ReferenceEquals(entry.Node, node) && entry.Sequence <= upTo);
            if (at < 0) return false;
            _elsewhere = [.. _elsewhere.AsSpan(0, at), .. _elsewhere.AsSpan(at + 1)];
            return true;
        }
    }
}

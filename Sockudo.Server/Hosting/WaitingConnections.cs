using Microsoft.AspNetCore.Connections;

namespace Sockudo.Server.Hosting;

/// <summary>
/// The connections of one listener that wait for a request head: their first or, kept alive, their next. One that waits too long is ended;
/// on a listener that is full the one that has waited longest makes room for a new one, so that connections that say nothing keep
/// nobody out. Thread-safe.
/// </summary>
/// <param name="limit">How long a connection may wait, looked at once a second.</param>
/// <param name="time">The clock.</param>
internal sealed class WaitingConnections(TimeSpan limit, TimeProvider time)
{
    private readonly Lock _gate = new(); // guards the list and every connection's place in it
    private readonly LinkedList<WaitingConnection> _waiting = new(); // the longest first

    /// <summary>Connections that wait now.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Puts every connection under the limit, in front of HTTP.</summary>
    public ConnectionDelegate Guard(ConnectionDelegate next) => async context =>
    {
        var connection = new WaitingConnection(this, context);
        context.Features.Set(connection);
        Begin(connection);
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            End(connection);
        }
    };

    /// <summary>The connection waits from now on.</summary>
    public void Begin(WaitingConnection connection)
    {
        lock (_gate)
        {
            connection.Since = time.GetTimestamp();
            if (connection.Place.List is null && !connection.IsEnded) _waiting.AddLast(connection.Place);
        }
    }

    /// <summary>The connection waits no more.</summary>
    public void End(WaitingConnection connection)
    {
        lock (_gate)
        {
            if (connection.Place.List is not null) _waiting.Remove(connection.Place);
        }
    }

    /// <summary>Ends the connections that have waited too long.</summary>
    public void Sweep()
    {
        while (Take(limit) is { } connection) connection.Abort("no request head within the handshake timeout");
    }

    /// <summary>Ends the connection that has waited longest; false when all of them are being served.</summary>
    public bool TryMakeRoom()
    {
        if (Take(longerThan: null) is not { } connection) return false;
        connection.Abort("the listener is full, and this connection has waited longest");
        return true;
    }

    /// <summary>Takes out the connection that has waited longest; null when there is none that has waited so long.</summary>
    private WaitingConnection? Take(TimeSpan? longerThan)
    {
        lock (_gate)
        {
            if (_waiting.First is not { } first || (longerThan is { } least && time.GetElapsedTime(first.Value.Since) <= least)) return null;
            _waiting.Remove(first);
            first.Value.IsEnded = true;
            return first.Value;
        }
    }
}

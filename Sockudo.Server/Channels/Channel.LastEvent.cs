using Sockudo.Server.Connections;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Channels;

/// <summary>
/// The last event of a cache channel, for a new subscriber: from memory in the turn of its success. When the memory has none and a
/// shared cache may, the subscriber is answered as soon as that is known, and nobody else waits: an event that is published meanwhile
/// is its last event then, and neither an older one nor a miss follows it.
/// </summary>
internal sealed partial class Channel
{
    private List<Connection>? _awaitingLastEvent; // null unless a load is under way

    private void AnswerLastEvent(Connection connection)
    {
        if (cachedEvents.Find(App, Name.Value, out _) is { } last)
        {
            connection.Send(last);
        }
        else if (_awaitingLastEvent is not null)
        {
            _awaitingLastEvent.Add(connection);
        }
        else if (cachedEvents.MayLoad(App, Name.Value))
        {
            _awaitingLastEvent = [connection];
            _ = Task.Run(LoadLastEventAsync);
        }
        else
        {
            Miss(connection);
        }
    }

    private void Miss(Connection connection)
    {
        connection.Send(PusherWriter.CacheMiss(Name.Value));
        observer.CacheMissed(App, Name);
    }

    // They are given the event that is published now. Apart from the publish, whose hot path must not make a closure.
    private static void StopWaiting(List<Connection> waiting, SocketId? except) => waiting.RemoveAll(connection => connection.Id != except);

    private async Task LoadLastEventAsync()
    {
        WriteStamp? found = null;
        try
        {
            found = await cachedEvents.LoadAsync(App, Name.Value, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            EndLoad(found);
        }
    }

    private void EndLoad(WriteStamp? found)
    {
        lock (_gate)
        {
            if (found is { } stamp) stream?.Seen(stamp);
            var waiting = _awaitingLastEvent ?? [];
            _awaitingLastEvent = null;
            var frame = cachedEvents.Find(App, Name.Value, out _);
            foreach (var connection in waiting)
            {
                if (!ReferenceEquals(_subscribers.Find(connection.Id), connection)) continue;
                if (frame is not null) connection.Send(frame);
                else Miss(connection);
            }
        }
    }
}

namespace Sockudo.Server.Backplane;

/// <summary>
/// A topic and its handler, over the life of many connections. Messages of a connection that is not the topic's current one are dropped:
/// so none comes twice, and the handler is never called by two connections at once. Thread-safe.
/// </summary>
internal sealed class TopicSubscription(string topic, BackplaneHandler handler, Action<string, Exception> onDefect)
{
    private readonly Lock _gate = new();
    private IBrokerConnection? _current;

    /// <summary>The topic.</summary>
    public string Topic { get; } = topic;

    /// <summary>Takes messages from this connection only from now on; null: from none. Waits for the handler if it is at work.</summary>
    public void Follow(IBrokerConnection? connection)
    {
        lock (_gate)
        {
            _current = connection;
        }
    }

    /// <summary>Hands a message to the handler, unless it comes from a connection that is over.</summary>
    public void Deliver(IBrokerConnection from, ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_current, from))
            {
                return;
            }

            try
            {
                handler(message);
            }
            catch (Exception exception)
            {
                // A defect above must not stop the topic.
                onDefect(Topic, exception);
            }
        }
    }
}

using System.Collections.Concurrent;

namespace Sockudo.Server.Metrics;

/// <summary>
/// The counters of one app, written on the hot path with interlocked adds and read by the observable instruments of
/// <see cref="ServerMetrics"/>. Thread-safe.
/// </summary>
internal sealed class AppMetrics(string appId)
{
    private long _connectionsOpened;
    private long _connectionsClosed;
    private long _socketBytesReceived;
    private long _socketBytesSent;
    private long _messagesReceived;
    private long _messagesSent;
    private long _httpCalls;
    private long _httpBytesReceived;
    private long _httpBytesSent;
    private long _slowConsumersClosed;
    private long _framesDropped;
    private long _refusalFloodsClosed;

    /// <summary>The app the counters belong to.</summary>
    public string AppId { get; } = appId;

    /// <summary>connection_errors_total by error_type.</summary>
    public ConcurrentDictionary<string, LabelCounter> ConnectionErrors { get; } = new(StringComparer.Ordinal);

    /// <summary>channel_subscriptions_total by channel_type.</summary>
    public ConcurrentDictionary<string, LabelCounter> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>channel_unsubscriptions_total by channel_type.</summary>
    public ConcurrentDictionary<string, LabelCounter> Unsubscriptions { get; } = new(StringComparer.Ordinal);

    public long ConnectionsOpened => Volatile.Read(ref _connectionsOpened);
    public long ConnectionsClosed => Volatile.Read(ref _connectionsClosed);
    public long SocketBytesReceived => Volatile.Read(ref _socketBytesReceived);
    public long SocketBytesSent => Volatile.Read(ref _socketBytesSent);
    public long MessagesReceived => Volatile.Read(ref _messagesReceived);
    public long MessagesSent => Volatile.Read(ref _messagesSent);
    public long HttpCalls => Volatile.Read(ref _httpCalls);
    public long HttpBytesReceived => Volatile.Read(ref _httpBytesReceived);
    public long HttpBytesSent => Volatile.Read(ref _httpBytesSent);
    public long SlowConsumersClosed => Volatile.Read(ref _slowConsumersClosed);
    public long FramesDropped => Volatile.Read(ref _framesDropped);
    public long RefusalFloodsClosed => Volatile.Read(ref _refusalFloodsClosed);

    public void ConnectionOpened() => Interlocked.Increment(ref _connectionsOpened);

    public void ConnectionClosed() => Interlocked.Increment(ref _connectionsClosed);

    public void ConnectionError(string errorType) => Count(ConnectionErrors, errorType);

    public void MessageReceived(long frameBytes)
    {
        Interlocked.Increment(ref _messagesReceived);
        Interlocked.Add(ref _socketBytesReceived, frameBytes);
    }

    /// <summary>Counts what one send gave to the transport.</summary>
    public void Sent(int frames, long bytes)
    {
        Interlocked.Add(ref _messagesSent, frames);
        Interlocked.Add(ref _socketBytesSent, bytes);
    }

    public void HttpCall(long bytesReceived, long bytesSent)
    {
        Interlocked.Increment(ref _httpCalls);
        Interlocked.Add(ref _httpBytesReceived, bytesReceived);
        Interlocked.Add(ref _httpBytesSent, bytesSent);
    }

    public void Subscribed(string channelType) => Count(Subscriptions, channelType);

    public void Unsubscribed(string channelType) => Count(Unsubscriptions, channelType);

    public void SlowConsumerClosed() => Interlocked.Increment(ref _slowConsumersClosed);

    public void RefusalFloodClosed() => Interlocked.Increment(ref _refusalFloodsClosed);

    public void FrameDropped(int frames = 1) => Interlocked.Add(ref _framesDropped, frames);

    private static void Count(ConcurrentDictionary<string, LabelCounter> counters, string label) =>
        counters.GetOrAdd(label, static _ => new LabelCounter()).Increment();
}

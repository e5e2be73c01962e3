using System.Diagnostics;
using Sockudo.Server.Apps;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Connections;

/// <summary>
/// One client. <see cref="Send"/> and <see cref="Close(PusherError)"/> are thread-safe and never wait; what is marked "owned by
/// the loop" is touched by the connection's own loop only.
/// </summary>
internal sealed class Connection : IOutputObserver
{
    private readonly bool _closeWhenFull;
    private volatile bool _isClosing;

    public Connection(SocketId id, App app, AppMetrics metrics, IFrameSink sink, OutputLoop loop, WebSocketOptions options, long now)
    {
        Id = id;
        App = app;
        Metrics = metrics;
        _closeWhenFull = options.DisconnectOnBufferFull;
        Output = new OutboundQueue(loop, sink, this, options.MaxMessages, options.EffectiveMaxQueuedBytes);
        ConnectedAt = now;
        Activity.Received(now);
    }

    /// <summary>The socket id the client was given.</summary>
    public SocketId Id { get; }

    /// <summary>The app it connected to, as it was then.</summary>
    public App App { get; }

    /// <summary>The app's counters.</summary>
    public AppMetrics Metrics { get; }

    /// <summary>The pending list.</summary>
    public OutboundQueue Output { get; }

    /// <summary>When the socket was accepted (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long ConnectedAt { get; }

    /// <summary>What the sweep looks at.</summary>
    public ActivityClock Activity { get; } = new();

    /// <summary>Channels of this socket with the presence user id it has there (null elsewhere). Owned by the loop.</summary>
    public Dictionary<string, string?> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>The signed-in user's id. Written by the loop.</summary>
    public string? UserId { get; set; }

    /// <summary>The signed-in user's <c>user_info</c> as raw JSON, which a presence channel gets that is joined as that user. Owned by the loop.</summary>
    public byte[] UserInfo { get; set; } = PresenceMember.NoInfo;

    /// <summary>The users this socket watches. Owned by the loop.</summary>
    public IReadOnlyList<string> Watchlist { get; set; } = [];

    /// <summary>Client events of this second. Owned by the loop.</summary>
    public WindowCounter ClientEvents;

    /// <summary>What is left for messages that are refused. Owned by the loop.</summary>
    public RefusalBudget Refusals;

    /// <summary>Whether a sign-in or a private subscription happened, which ends the authentication deadline.</summary>
    public bool IsAuthenticated { get; set; }

    /// <summary>The span of the connect until the socket is greeted or refused; null when it is not traced. Owned by the loop.</summary>
    public Activity? Opening { get; set; }

    /// <summary>Whether the closing frames are in the queue, or the output is gone.</summary>
    public bool IsClosing => _isClosing;

    /// <summary>
    /// Wakes the connection's loop so that it sees <see cref="IsClosing"/>. Called from within a channel's or a user's turn: it must not run
    /// the loop in its caller's place. Set once by the loop before anybody else knows the connection.
    /// </summary>
    public Action WakeLoop { get; set; } = static () => { };

    /// <summary>Hands a frame to the client. A client that does not read is closed with 4100, or misses the frame when so configured.</summary>
    public void Send(byte[] frame)
    {
        if (Output.Enqueue(frame) != EnqueueResult.Full) return;
        if (_closeWhenFull) CloseSlowConsumer();
        else Metrics.FrameDropped();
    }

    /// <summary>Tells the client why and closes with the same code. The first close wins; later ones do nothing.</summary>
    public void Close(PusherError error)
    {
        byte[][] frames = [PusherWriter.Error(error), ServerFrame.Close((ushort)error.Code, error.Message)];
        if (Output.Close(frames, discard: false, out _)) BeginClosing();
    }

    /// <summary>Closes with a code of RFC 6455, without a Pusher error: the answer to a close frame or to a broken one.</summary>
    public void CloseTransport(ushort code, string reason)
    {
        if (Output.Close([ServerFrame.Close(code, reason)], discard: false, out _)) BeginClosing();
    }

    /// <summary>Ends the connection without a word.</summary>
    public void Abort() => Output.Abort();

    void IOutputObserver.OnSent(int frames, int bytes) => Metrics.Sent(frames, bytes);

    void IOutputObserver.OnOutputFailed()
    {
        _isClosing = true;
        WakeLoop();
    }

    private void CloseSlowConsumer()
    {
        var error = new PusherError(ErrorCode.OverCapacity, "The client does not read fast enough: its outbound queue is full");
        byte[][] frames = [PusherWriter.Error(error), ServerFrame.Close((ushort)error.Code, error.Message)];
        if (!Output.Close(frames, discard: true, out var dropped)) return;
        Metrics.SlowConsumerClosed();
        Metrics.FrameDropped(dropped + 1);
        BeginClosing();
    }

    private void BeginClosing()
    {
        _isClosing = true;
        WakeLoop();
    }
}

using System.Diagnostics;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Tracing;

/// <summary>
/// The span of one event on one channel, from a backend or a client, with its steps below it: <c>encode</c>, <c>deliver</c>. One span for
/// the whole fan-out, never one for a recipient. Off it is a struct of nothing. Used by one thread.
/// </summary>
internal struct PublishTrace : IDisposable
{
    private readonly Activity? _span;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _started;
    private DateTimeOffset _since;

    private PublishTrace(Activity span, TimeProvider time)
    {
        _span = span;
        _time = time;
        _started = _since = time.GetUtcNow();
    }

    /// <summary>The span itself, to say more of it; null when there is none.</summary>
    public readonly Activity? Span => _span;

    /// <summary>Begins it.</summary>
    /// <param name="operation"><c>publish</c> or <c>client_event</c>.</param>
    /// <param name="appId">The app.</param>
    /// <param name="time">The clock of the steps.</param>
    public static PublishTrace Start(string operation, string appId, TimeProvider time)
    {
        if (ServerTracing.Start(operation, ActivityKind.Producer) is not { } span) return default;
        if (span.IsAllDataRequested)
        {
            span.SetTag(TraceTags.System, "sockudo");
            span.SetTag(TraceTags.OperationName, operation);
            span.SetTag(TraceTags.OperationType, "send");
            span.SetTag(TraceTags.AppId, appId);
        }

        return new PublishTrace(span, time);
    }

    /// <summary>The frame was made.</summary>
    public void Encoded(byte[] frame)
    {
        if (_span is not { IsAllDataRequested: true }) return;
        var bytes = ServerFrame.Payload(frame).Length;
        _span.SetTag(TraceTags.BodySize, bytes);
        Step("encode")?.SetTag(TraceTags.BodySize, bytes).Stop();
    }

    /// <summary>The frame stands in the queue of every recipient on this node, and in the node's stream.</summary>
    public void Delivered(int recipients, byte[] frame)
    {
        if (_span is not { IsAllDataRequested: true }) return;
        var span = Step("deliver", ActivityKind.Consumer);
        if (span is null) return;
        DeliverTrace.Describe(span, recipients, ServerFrame.Payload(frame).Length, (_since - _started).TotalMilliseconds);
        span.Stop();
    }

    public readonly void Dispose() => _span?.Dispose();

    private Activity? Step(string name, ActivityKind kind = ActivityKind.Internal)
    {
        var from = _since;
        _since = _time.GetUtcNow();
        return ServerTracing.Ended(name, from, _since, kind);
    }
}

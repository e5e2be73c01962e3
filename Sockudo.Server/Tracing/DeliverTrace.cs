using System.Diagnostics;

namespace Sockudo.Server.Tracing;

/// <summary>
/// The fan-out on a node of what another node published, as a span of that publish's trace. It is made when the fan-out is over, so that
/// nothing of it is done within a channel's turn. Off, and for events without a trace, it is a struct of nothing.
/// </summary>
internal readonly struct DeliverTrace
{
    private readonly ActivityContext _publish;
    private readonly DateTimeOffset _started;
    private readonly long _publishedAt;

    private DeliverTrace(ActivityContext publish, long publishedAt, DateTimeOffset started) => (_publish, _publishedAt, _started) = (publish, publishedAt, started);

    /// <summary>Begins it.</summary>
    /// <param name="traceParent">The bus span of the publishing node, as W3C's <c>traceparent</c>; null when the publish is not traced.</param>
    /// <param name="publishedAt">When it began there, in ticks of UTC on that node's clock.</param>
    /// <param name="time">The clock here.</param>
    public static DeliverTrace Start(string? traceParent, long publishedAt, TimeProvider time) =>
        traceParent is not null && ServerTracing.IsOn && ActivityContext.TryParse(traceParent, null, isRemote: true, out var publish)
            ? new DeliverTrace(publish, publishedAt, time.GetUtcNow())
            : default;

    /// <summary>The message stands in the queue of every recipient on this node.</summary>
    public void End(string channel, int recipients, int bytes, TimeProvider time)
    {
        if (_started == default) return;
        var ended = time.GetUtcNow();
        var span = ServerTracing.Ended("deliver", _started, ended, ActivityKind.Consumer, _publish);
        if (span is null) return;
        span.SetTag(TraceTags.Destination, channel);
        Describe(span, recipients, bytes, Math.Max(0, TimeSpan.FromTicks(ended.UtcTicks - _publishedAt).TotalMilliseconds));
        span.Stop();
    }

    /// <summary>What every <c>deliver</c> says.</summary>
    public static void Describe(Activity span, int recipients, int bytes, double lag)
    {
        span.SetTag(TraceTags.System, "sockudo");
        span.SetTag(TraceTags.OperationName, "deliver");
        span.SetTag(TraceTags.OperationType, "process");
        span.SetTag(TraceTags.Recipients, recipients);
        span.SetTag(TraceTags.BodySize, bytes);
        span.SetTag(TraceTags.Lag, lag);
    }
}

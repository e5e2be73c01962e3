using System.Diagnostics;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Tracing;

/// <summary>
/// An event's way from a channel's turn to the broker: the span <c>bus</c> begins when the event is appended to the node's stream and ends
/// when the broker has taken the message that carries it. Its context travels with the event.
/// </summary>
internal static class BusTrace
{
    /// <summary>Begins a span for a frame below the current one, which stays current; null when the current one is not recorded or nobody listens.</summary>
    public static Activity? Start(byte[] frame)
    {
        if (!ServerTracing.IsOn || Activity.Current is not { Recorded: true, IdFormat: ActivityIdFormat.W3C } publish) return null;
        var span = ServerTracing.Start("bus", ActivityKind.Producer);
        Activity.Current = publish;
        span?.SetTag(TraceTags.System, "sockudo").SetTag(TraceTags.OperationName, "bus").SetTag(TraceTags.OperationType, "send").SetTag(TraceTags.BodySize, ServerFrame.Payload(frame).Length);
        return span;
    }

    /// <summary>When the publish of a span of <see cref="Start"/> began: the other nodes measure their lag from it. Unit: ticks of UTC.</summary>
    public static long PublishedAt(Activity? bus) => (bus?.Parent ?? bus)?.StartTimeUtc.Ticks ?? 0;

    /// <summary>Ends a span, on whatever thread.</summary>
    /// <param name="bus">The span.</param>
    /// <param name="failure">Why the broker did not take the event; null when it did.</param>
    public static void End(Activity bus, string? failure)
    {
        if (failure is not null) bus.SetTag(TraceTags.ErrorType, failure).SetStatus(ActivityStatusCode.Error, failure);

        // To stop a span makes the one before it current, here where it never was.
        var current = Activity.Current;
        bus.Stop();
        Activity.Current = current;
    }
}

using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Messaging;

/// <summary>
/// A checked event of the HTTP API on its way out. <c>DataToken</c> is the JSON string token (quotes included) that clients get
/// as <c>data</c>; <c>Tags</c> a JSON object or empty.
/// </summary>
internal readonly record struct PublishedEvent(string Name, IReadOnlyList<ChannelName> Channels, ReadOnlyMemory<byte> DataToken, byte[] Tags, SocketId? Except);

/// <summary>
/// Publishes what a backend sent: encoded once a channel that somebody may hear, then handed to the adapter. The event is already
/// checked; nothing here can refuse it. Thread-safe.
/// </summary>
internal sealed class EventPublisher(IAdapter adapter, ServerMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// Publishes to each of the event's channels, in their order. Calls with the same <paramref name="idempotency"/> are handed out
    /// once in the cluster, whichever nodes they were sent to.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more; the channels that come first have it.</exception>
    public void Publish(App app, in PublishedEvent published, IdempotencySeed idempotency = default, CancellationToken cancellationToken = default)
    {
        for (var i = 0; i < published.Channels.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Publish(app, published, published.Channels[i], idempotency);
        }
    }

    private void Publish(App app, in PublishedEvent published, ChannelName channel, IdempotencySeed idempotency)
    {
        var started = time.GetTimestamp();
        using var trace = PublishTrace.Start("publish", app.Id, time);
        trace.Span?.OfChannel(channel.Value, channel.MetricLabel);
        var recipients = 0;
        if (adapter.Reaches(app, channel))
        {
            var frame = PusherWriter.ChannelEvent(published.Name, channel.Value, published.DataToken.Span, published.Tags);
            trace.Encoded(frame);
            recipients = adapter.Publish(app, channel, frame, published.Except, remember: channel.IsCache, idempotency.For(channel.Value));
            trace.Delivered(recipients, frame);
        }

        if (channel.IsOfApp) metrics.BroadcastLatency(app.Id, channel.MetricLabel, recipients, time.GetElapsedTime(started).TotalMilliseconds);
    }
}

using Sockudo.Server.Adapters;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;
using Sockudo.Server.Webhooks;

namespace Sockudo.Server.Messaging;

/// <summary>
/// <c>client-</c> events: from a member to the other members of a private or presence channel. Refusals are told as
/// <c>pusher:error</c> and are never fatal. Thread-safe across connections.
/// </summary>
internal sealed class ClientEventHandler(IAdapter adapter, WebhookEvents webhooks, ServerMetrics metrics, TimeProvider time)
{
    private static readonly PusherError NotEnabled = Refused("client events are not enabled for this app");
    private static readonly PusherError NoChannel = Refused("client events need a 'channel' that is a string");
    private static readonly PusherError PublicChannel = Refused("client events need a private or presence channel");

    private static readonly PusherError EncryptedChannel =
        Refused("client events are not possible on encrypted channels: the server could not keep them secret");

    /// <summary>Handles one client event; false when it was refused. Its data goes on as it came, byte for byte.</summary>
    public bool Handle(Connection connection, in IncomingMessage message)
    {
        var started = time.GetTimestamp();
        using var trace = PublishTrace.Start("client_event", connection.App.Id, time);
        trace.Span?.OfSocket(connection.App.Id, connection.Id);
        if (Check(connection, message, started, out var channel, out var data) is { } error)
        {
            trace.Span?.Refused(error.Code);
            connection.Send(error.Frame);
            return false;
        }

        trace.Span?.OfChannel(channel.Value, channel.MetricLabel);
        connection.Subscriptions.TryGetValue(channel.Value, out var userId);
        var frame = PusherWriter.ClientEvent(message.Event, channel.Value, data, userId);
        trace.Encoded(frame);
        var recipients = adapter.Publish(connection.App, channel, frame, connection.Id, remember: false);
        trace.Delivered(recipients, frame);
        webhooks.ClientEvent(connection.App, channel.Value, message.Event, data, connection.Id, userId);
        metrics.BroadcastLatency(connection.App.Id, channel.MetricLabel, recipients, time.GetElapsedTime(started).TotalMilliseconds);
        return true;
    }

    // What one character of a name may take in JSON.
    private const int MostEscapedBytes = 6;

    private PusherError? Check(Connection connection, in IncomingMessage message, long now, out ChannelName channel, out ReadOnlySpan<byte> data)
    {
        channel = default;
        data = default;
        var app = connection.App;
        if (app.MaxClientEventsPerSecond > 0 && !connection.ClientEvents.TryHit(now, time.TimestampFrequency, app.MaxClientEventsPerSecond))
            return Refused($"more than {app.MaxClientEventsPerSecond} client events in a second");
        if (!app.EnableClientMessages) return NotEnabled;
        if (message.Event.Length > app.MaxEventNameLength)
            return new PusherError(ErrorCode.Generic, $"event name has {message.Event.Length} characters, the limit is {app.MaxEventNameLength}");
        if (string.IsNullOrEmpty(message.Channel)) return NoChannel;
        if (!ChannelName.TryParse(message.Channel, app.MaxChannelNameLength, out channel, out var nameError)) return nameError;
        if (!channel.NeedsAuth) return PublicChannel;
        if (channel.IsEncrypted) return EncryptedChannel;
        if (!connection.Subscriptions.ContainsKey(channel.Value)) return Refused($"the socket is not subscribed to {channel}");
        data = message.Data;
        if (app.MaxEventPayloadInKb is { } limit && data.Length > limit * 1024L) return Refused($"data has {data.Length} bytes, the limit is {limit} KiB");
        var bytes = data.Length + (MostEscapedBytes * ((long)message.Event.Length + channel.Value.Length + (connection.UserId?.Length ?? 0)));
        return bytes > adapter.MaxEventBytes ? Refused($"data has {data.Length} bytes, more than the adapter can carry") : null;
    }

    private static PusherError Refused(string message) => new(ErrorCode.ClientEventError, message);
}

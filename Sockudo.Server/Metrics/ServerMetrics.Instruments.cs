using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Sockudo.Server.Metrics;

/// <summary>The instruments: their names, units and how each is read.</summary>
internal sealed partial class ServerMetrics
{
    private static readonly string Version = typeof(ServerMetrics).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    private static readonly InstrumentAdvice<double> LatencyBuckets = new()
    {
        HistogramBucketBoundaries = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000],
    };

    private Histogram<double> CreateInstruments()
    {
        AppCounter("new_connections_total", "{connection}", "WebSocket connections accepted.", static app => app.ConnectionsOpened);
        AppCounter("new_disconnections_total", "{connection}", "WebSocket connections ended.", static app => app.ConnectionsClosed);
        AppCounter("socket_received_bytes", "By", "Bytes of WebSocket frames received.", static app => app.SocketBytesReceived);
        AppCounter("socket_transmitted_bytes", "By", "Bytes of WebSocket frames sent.", static app => app.SocketBytesSent);
        AppCounter("ws_messages_received_total", "{message}", "WebSocket messages received.", static app => app.MessagesReceived);
        AppCounter("ws_messages_sent_total", "{message}", "WebSocket messages sent.", static app => app.MessagesSent);
        AppCounter("http_received_bytes", "By", "Bytes of HTTP API requests received.", static app => app.HttpBytesReceived);
        AppCounter("http_transmitted_bytes", "By", "Bytes of HTTP API answers sent.", static app => app.HttpBytesSent);
        AppCounter("http_calls_received_total", "{request}", "HTTP API requests received.", static app => app.HttpCalls);
        AppCounter("slow_consumers_closed_total", "{connection}",
            "Connections closed because they read slower than they were sent to.", static app => app.SlowConsumersClosed);
        AppCounter("refusal_floods_closed_total", "{connection}",
            "Connections closed because more of their messages were refused than their budget allows.", static app => app.RefusalFloodsClosed);
        AppCounter("frames_dropped_total", "{message}",
            "Frames not sent because the connection's queue was full.", static app => app.FramesDropped);

        LabelledCounter("connection_errors_total", "{error}", "Refused connections and unusable messages.",
            "error_type", static app => app.ConnectionErrors);
        LabelledCounter("channel_subscriptions_total", "{subscription}", "Channel subscriptions.",
            "channel_type", static app => app.Subscriptions);
        LabelledCounter("channel_unsubscriptions_total", "{subscription}", "Channel unsubscriptions.",
            "channel_type", static app => app.Unsubscriptions);

        RateLimit("rate_limit_checks_total", "Requests and messages a rate limiter was asked about.", static counter => counter.Checks);
        RateLimit("rate_limit_triggered_total", "Requests and messages a rate limiter refused.", static counter => counter.Triggered);

        Meter.CreateObservableGauge(InstrumentPrefix + "connected", Connected, "{connection}", "Open WebSocket connections.");
        Meter.CreateObservableGauge(InstrumentPrefix + "active_channels", ActiveChannels, "{channel}",
            "Channels that have a subscriber on this node.");
        Meter.CreateObservableGauge(InstrumentPrefix + "degraded", () => Flag(_degraded), null, "1 while the server gives less than was configured.");
        Meter.CreateObservableGauge(InstrumentPrefix + "ready", () => Flag(_ready), null, "1 while the server takes new connections.");
        Meter.CreateObservableGauge(
            InstrumentPrefix + "build_info",
            static () => new Measurement<long>(1, new KeyValuePair<string, object?>("version", Version)),
            unit: null,
            "The server's version.");

        return Meter.CreateHistogram(
            InstrumentPrefix + "broadcast_latency_ms",
            "ms",
            "From a publish's arrival until it is queued for every local subscriber, in milliseconds.",
            tags: null,
            LatencyBuckets);
    }

    private void AppCounter(string name, string unit, string description, Func<AppMetrics, long> read) =>
        Meter.CreateObservableCounter(InstrumentPrefix + name, () => EachApp(read), unit, description);

    private void LabelledCounter(
        string name, string unit, string description, string label, Func<AppMetrics, ConcurrentDictionary<string, LabelCounter>> read) =>
        Meter.CreateObservableCounter(InstrumentPrefix + name, () => EachLabel(label, read), unit, description);

    private void RateLimit(string name, string description, Func<RateLimitCounter, LabelCounter> read) =>
        Meter.CreateObservableCounter(InstrumentPrefix + name, () => EachLimiter(read), "{request}", description);

    // The dictionaries are enumerated and never asked for Keys, Values or Count: those take the locks that adding takes.
    private IEnumerable<Measurement<long>> EachApp(Func<AppMetrics, long> read)
    {
        foreach (var (appId, app) in _apps)
        {
            yield return new(read(app), new KeyValuePair<string, object?>("app_id", appId));
        }
    }

    private IEnumerable<Measurement<long>> EachLabel(string label, Func<AppMetrics, ConcurrentDictionary<string, LabelCounter>> read)
    {
        foreach (var (appId, app) in _apps)
        {
            foreach (var (value, counter) in read(app))
            {
                yield return new(counter.Value, new("app_id", appId), new(label, value));
            }
        }
    }

    private IEnumerable<Measurement<long>> EachLimiter(Func<RateLimitCounter, LabelCounter> read)
    {
        foreach (var (key, counter) in _rateLimits)
        {
            yield return new(
                read(counter).Value,
                new("app_id", key.AppId),
                new("limiter_type", key.LimiterType),
                new("request_context", key.RequestContext));
        }
    }

    private IEnumerable<Measurement<long>> Connected()
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (appId, _) in _apps)
        {
            counts[appId] = 0;
        }

        foreach (var (appId, count) in _connections?.Invoke() ?? [])
        {
            counts[appId] = counts.GetValueOrDefault(appId) + count;
        }

        return counts.Select(static pair => new Measurement<long>(pair.Value, new KeyValuePair<string, object?>("app_id", pair.Key)));
    }

    private IEnumerable<Measurement<long>> ActiveChannels()
    {
        var counts = new Dictionary<(string AppId, string ChannelType), long>();
        foreach (var (appId, app) in _apps)
        {
            foreach (var (channelType, _) in app.Subscriptions)
            {
                counts[(appId, channelType)] = 0;
            }
        }

        foreach (var (appId, channelType, count) in _channels?.Invoke() ?? [])
        {
            counts[(appId, channelType)] = counts.GetValueOrDefault((appId, channelType)) + count;
        }

        return counts.Select(static pair => new Measurement<long>(
            pair.Value, new("app_id", pair.Key.AppId), new("channel_type", pair.Key.ChannelType)));
    }

    private static long Flag(Func<bool>? supplier) => supplier?.Invoke() == true ? 1 : 0;
}

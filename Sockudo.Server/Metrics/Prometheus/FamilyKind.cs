namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>The TYPE of a metric family.</summary>
internal enum FamilyKind
{
    Counter,
    Gauge,
    Histogram,
}

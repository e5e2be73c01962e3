using Sockudo.Server.Metrics;

namespace Sockudo.Server.Adapters.Outside;

/// <summary>What a scrape sees of what the outside is told. Both series are there from the start.</summary>
internal static class OutsideInstruments
{
    /// <summary>Adds them to the server's meter.</summary>
    public static void AddTo(ServerMetrics metrics, OncePerCluster outside)
    {
        metrics.Meter.CreateObservableGauge(
            ServerMetrics.InstrumentPrefix + "webhook_transitions_pending", () => (long)outside.Pending, "{transition}",
            "Things this node keeps in mind because they were not told, or so lately that another node may not know.");
        metrics.Meter.CreateObservableCounter(
            ServerMetrics.InstrumentPrefix + "webhook_transitions_not_kept_total", () => outside.NotKept, "{transition}",
            "Transitions told at once by their owner and not kept, because too many were under way.");
    }
}

using System.Diagnostics.Metrics;

namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>What an instrument of .NET is in Prometheus' terms. Asked once an instrument, when it is published.</summary>
internal static class InstrumentKinds
{
    public static FamilyKind Of(Instrument instrument)
    {
        // .NET publishes these two as counters although they go down; as counters every fall would look like a restart.
        if (instrument.Name is "dotnet.thread_pool.thread.count" or "dotnet.thread_pool.queue.length")
        {
            return FamilyKind.Gauge;
        }

        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Histogram<>) ? FamilyKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? FamilyKind.Counter
            : FamilyKind.Gauge;
    }

    /// <summary>Whether its measurements are increments and not values.</summary>
    public static bool Adds(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        return type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
    }

    /// <summary>The bucket bounds it advises; null when it advises none.</summary>
    public static double[]? Bounds(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => Bounds(histogram.Advice),
        Histogram<long> histogram => Bounds(histogram.Advice),
        Histogram<int> histogram => Bounds(histogram.Advice),
        _ => null,
    };

    private static double[]? Bounds<T>(InstrumentAdvice<T>? advice) where T : struct =>
        advice?.HistogramBucketBoundaries is { Count: > 0 } bounds
            ? [.. bounds.Select(static bound => Convert.ToDouble(bound, System.Globalization.CultureInfo.InvariantCulture))]
            : null;
}

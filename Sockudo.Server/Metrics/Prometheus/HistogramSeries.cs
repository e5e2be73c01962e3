using System.Numerics;

namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>
/// A histogram with fixed buckets. Its cells exist once a stripe and a recording thread uses the stripe of its processor, so that
/// publishers on several cores do not pass one cache line around. The count is the sum of the buckets and is never kept beside
/// them: a scrape in the middle of recording cannot see the two differ.
/// </summary>
/// <param name="labels"><inheritdoc/></param>
/// <param name="bounds">The upper, inclusive bounds of the buckets, ascending, without +Inf.</param>
internal sealed class HistogramSeries(string labels, double[] bounds) : Series(labels)
{
    private const int CellsInCacheLine = 8;
    private const int MaxStripes = 8;

    private static readonly int Stripes = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, MaxStripes));

    private readonly int _stride = StrideOf(bounds);
    private readonly long[] _counts = new long[Stripes * StrideOf(bounds)];
    private readonly double[] _sums = new double[Stripes * CellsInCacheLine];

    public double[] Bounds => bounds;

    /// <summary>Counts one measurement; NaN, which belongs to no bucket and would poison the sum, is ignored.</summary>
    public override void Record(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket])
        {
            bucket++;
        }

        var stripe = Thread.GetCurrentProcessorId() & (Stripes - 1);
        Interlocked.Increment(ref _counts[(stripe * _stride) + bucket]);
        AtomicDouble.Add(ref _sums[stripe * CellsInCacheLine], value);
    }

    /// <summary>
    /// Reads the cumulative counts of the buckets, the last one being +Inf and the count, and returns the sum. Each is monotone from
    /// one call to the next; the sum never holds a measurement the count does not.
    /// </summary>
    /// <param name="cumulative">As many cells as there are bounds, and one more.</param>
    public double Read(Span<long> cumulative)
    {
        // The sum first: recording raises its bucket before the sum.
        var sum = 0.0;
        for (var stripe = 0; stripe < Stripes; stripe++)
        {
            sum += Volatile.Read(ref _sums[stripe * CellsInCacheLine]);
        }

        var running = 0L;
        for (var bucket = 0; bucket <= bounds.Length; bucket++)
        {
            for (var stripe = 0; stripe < Stripes; stripe++)
            {
                running += Volatile.Read(ref _counts[(stripe * _stride) + bucket]);
            }

            cumulative[bucket] = running;
        }

        return sum;
    }

    // A cell for each bound and one for +Inf, in whole cache lines, and a line between stripes: the array need not begin on one.
    private static int StrideOf(double[] bounds) => ((bounds.Length / CellsInCacheLine) + 2) * CellsInCacheLine;
}

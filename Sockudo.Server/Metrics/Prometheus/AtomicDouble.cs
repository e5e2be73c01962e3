namespace Sockudo.Server.Metrics.Prometheus;

/// <summary>Adding to a double several threads share.</summary>
internal static class AtomicDouble
{
    public static void Add(ref double target, double amount)
    {
        var seen = Volatile.Read(ref target);
        while (true)
        {
            var actual = Interlocked.CompareExchange(ref target, seen + amount, seen);

            // Compared by bits: a NaN differs from itself and would never leave the loop.
            if (BitConverter.DoubleToInt64Bits(actual) == BitConverter.DoubleToInt64Bits(seen))
            {
                return;
            }

            seen = actual;
        }
    }
}

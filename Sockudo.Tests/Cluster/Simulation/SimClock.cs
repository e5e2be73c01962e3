namespace Sockudo.Tests.Cluster.Simulation;

/// <summary>The virtual time of a simulation. Unit: milliseconds.</summary>
internal sealed class SimClock
{
    public long Now { get; set; }
}

/// <summary>A machine's clock: it runs like all others, and is set wrong by a constant.</summary>
internal sealed class SimTime(SimClock clock, TimeSpan skew) : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => 1000;

    public override long GetTimestamp() => clock.Now;

    public override DateTimeOffset GetUtcNow() => Start + skew + TimeSpan.FromMilliseconds(clock.Now);
}

namespace Sockudo.Server.Http;

/// <summary>How much memory there is, to this process's knowledge. Thread-safe.</summary>
internal interface IMemoryGauge
{
    /// <summary>Reads it anew; costs a few file reads.</summary>
    MemoryUsage Read();
}

/// <summary>Memory of the container when it has a limit, else of the machine. Unit: bytes.</summary>
internal readonly record struct MemoryUsage(long Used, long Total)
{
    /// <summary>What is left.</summary>
    public long Free => Math.Max(0, Total - Used);

    /// <summary>The used part, 0 to 100.</summary>
    public double Percent => Total > 0 ? 100.0 * Used / Total : 0;
}

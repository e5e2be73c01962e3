namespace Sockudo.Server.RateLimiting;

/// <summary>
/// How many messages of one socket may be refused: 50 a second, 100 in a burst. A client that works has next to none; one above
/// costs the server answers for nothing. Not thread-safe: owned by whoever holds it.
/// </summary>
internal struct RefusalBudget
{
    /// <summary>What comes back in a second.</summary>
    public const int PerSecond = 50;

    /// <summary>The most there is at once.</summary>
    public const int Burst = 100;

    private long _wholeAgainAt;

    /// <summary>Takes one; false when nothing is left. Times are <see cref="TimeProvider.GetTimestamp"/> values.</summary>
    public bool TryTake(long now, long frequency)
    {
        var one = frequency / PerSecond;
        var whole = Math.Max(_wholeAgainAt, now) + one;
        if (whole - now > one * Burst) return false;
        _wholeAgainAt = whole;
        return true;
    }
}

namespace Sockudo.Server.RateLimiting;

/// <summary>Counts hits a key within a window. Thread-safe.</summary>
internal interface IRateLimiter
{
    /// <summary>Counts one hit and says whether it is within the limit. Completes at once where the hits are counted in memory.</summary>
    ValueTask<RateLimitLease> HitAsync(string key, CancellationToken cancellationToken);

    /// <summary>Drops what no later hit needs. Drivers whose store expires by itself do nothing.</summary>
    void RemoveExpired();
}

/// <summary>
/// What a limiter answered. <paramref name="ResetSeconds"/> is the time until the window ends or, where it slides, until the oldest hit
/// leaves it. <paramref name="IsUnavailable"/> says that nobody counted: the answer is what the configuration says for that.
/// </summary>
internal readonly record struct RateLimitLease(bool Allowed, int Limit, int Remaining, int ResetSeconds, bool IsUnavailable = false);

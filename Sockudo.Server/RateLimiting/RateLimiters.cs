namespace Sockudo.Server.RateLimiting;

/// <summary>Makes the limiters of addresses: in memory, or in the windows of the cluster when a driver brought some. Thread-safe.</summary>
internal sealed class RateLimiters(TimeProvider time, RateLimitOutages? outages = null, IHitWindows? windows = null)
{
    /// <summary>A limiter as configured.</summary>
    /// <param name="name">What the limit's keys begin with in a store that others use too.</param>
    /// <param name="options">The limit.</param>
    public IRateLimiter Create(string name, RateLimitOptions options)
    {
        var window = TimeSpan.FromSeconds(options.WindowSeconds);
        return Shared(name, options.FailOpen) is { } shared
            ? new SharedRateLimiter(shared, options.MaxRequests, window)
            : new MemoryRateLimiter(options.MaxRequests, window, time, options.MaxBytes);
    }

    /// <summary>A limit that the cluster counts; null when there is no store that it could count in.</summary>
    public SharedLimit? Shared(string name, bool failOpen) => windows is not null && outages is not null ? new SharedLimit(windows, name, failOpen, outages) : null;
}

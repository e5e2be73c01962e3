namespace Sockudo.Server.RateLimiting;

/// <summary>
/// Sliding windows that every node of the cluster counts in. Exact: within any stretch of a window's length no more hits than the limit
/// are admitted, whichever nodes they came to. Time is the store's, so that nodes need not agree on it. Thread-safe.
/// </summary>
internal interface IHitWindows
{
    /// <summary>Counts hits if all of them fit, else none: what is refused is not counted.</summary>
    /// <param name="key">Whose hits.</param>
    /// <param name="amount">How many.</param>
    /// <param name="limit">Most hits in a window.</param>
    /// <param name="window">Length of the window.</param>
    /// <param name="cancellationToken">Stops the waiting, not the counting.</param>
    /// <exception cref="RateLimiterUnavailableException">The store did not answer in time; whether it counted is not known.</exception>
    ValueTask<RateLimitLease> TakeAsync(string key, int amount, int limit, TimeSpan window, CancellationToken cancellationToken);
}

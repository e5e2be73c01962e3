namespace Sockudo.Server.RateLimiting;

/// <summary>So many hits a key in a sliding window that every node counts in. Thread-safe.</summary>
internal sealed class SharedRateLimiter(SharedLimit limit, int maxRequests, TimeSpan window) : IRateLimiter
{
    public ValueTask<RateLimitLease> HitAsync(string key, CancellationToken cancellationToken) =>
        limit.TakeAsync(key, 1, maxRequests, window, cancellationToken);

    public void RemoveExpired()
    {
        // The store's keys expire by themselves.
    }
}

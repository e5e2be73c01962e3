namespace Sockudo.Server.RateLimiting;

/// <summary>
/// A fixed window that begins with its first hit. Not thread-safe: owned by whoever holds it. Times are
/// <see cref="TimeProvider.GetTimestamp"/> values.
/// </summary>
internal struct WindowCounter
{
    private long _windowStart;
    private int _hits;

    /// <summary>Counts a hit; false when it is above <paramref name="limit"/> within <paramref name="windowTicks"/>. Refused hits count too.</summary>
    public bool TryHit(long now, long windowTicks, int limit)
    {
        if (_hits == 0 || now - _windowStart >= windowTicks)
        {
            _windowStart = now;
            _hits = 0;
        }

        if (_hits < int.MaxValue) _hits++;
        return _hits <= limit;
    }
}

using System.Collections.Concurrent;
using System.Globalization;

namespace Sockudo.Server.RateLimiting;

/// <summary>
/// A fixed window per key, in this process, that begins with the key's first hit. Keys whose window is over are dropped by
/// <see cref="RemoveExpired"/>, which the sweep calls. Bounded by <paramref name="maxBytes"/>: above it new keys are counted in
/// <see cref="SharedWindows"/> windows, many keys in one, so that whoever has many addresses fills no memory and escapes no limit; the keys
/// that have a window keep it. Thread-safe.
/// </summary>
/// <param name="maxRequests">Most hits in a window.</param>
/// <param name="window">Length of a window.</param>
/// <param name="time">The clock.</param>
/// <param name="maxBytes">Most bytes of the windows.</param>
internal sealed class MemoryRateLimiter(int maxRequests, TimeSpan window, TimeProvider time, long maxBytes = MemoryRateLimiter.DefaultBytes) : IRateLimiter
{
    /// <summary>Room for 250,000 addresses.</summary>
    public const long DefaultBytes = 64L << 20;

    /// <summary>What a window costs with its key and its place in the map.</summary>
    public const int WindowBytes = 256;

    /// <summary>The windows of keys there is no room for.</summary>
    public const int SharedWindows = 4096;

    private readonly ConcurrentDictionary<string, Window> _windows = new(StringComparer.Ordinal);
    private long _held;

    /// <summary>Keys held.</summary>
    public int Count => _windows.Count;

    public ValueTask<RateLimitLease> HitAsync(string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = WindowOf(key);
            lock (entry)
            {
                if (entry.IsRemoved) continue;
                var elapsed = time.GetElapsedTime(entry.Start);
                if (elapsed >= window)
                {
                    entry.Start = time.GetTimestamp();
                    entry.Hits = 0;
                    elapsed = TimeSpan.Zero;
                }

                if (entry.Hits < int.MaxValue) entry.Hits++;
                return ValueTask.FromResult(new RateLimitLease(
                    entry.Hits <= maxRequests,
                    maxRequests,
                    Math.Max(0, maxRequests - entry.Hits),
                    Math.Max(1, (int)Math.Ceiling((window - elapsed).TotalSeconds))));
            }
        }
    }

    /// <summary>Drops keys whose window is over.</summary>
    public void RemoveExpired()
    {
        foreach (var (key, entry) in _windows)
        {
            lock (entry)
            {
                if (time.GetElapsedTime(entry.Start) < window) continue;
                entry.IsRemoved = true;
                if (_windows.TryRemove(new KeyValuePair<string, Window>(key, entry))) Interlocked.Decrement(ref _held);
            }
        }
    }

    private Window WindowOf(string key)
    {
        if (_windows.TryGetValue(key, out var known)) return known;

        // No address is written like this.
        if (Interlocked.Read(ref _held) >= maxBytes / WindowBytes)
            key = string.Create(CultureInfo.InvariantCulture, $"#{(uint)key.GetHashCode(StringComparison.Ordinal) % SharedWindows}");
        var fresh = new Window { Start = time.GetTimestamp() };
        var kept = _windows.GetOrAdd(key, fresh);
        if (ReferenceEquals(kept, fresh)) Interlocked.Increment(ref _held);
        return kept;
    }

    private sealed class Window
    {
        public required long Start { get; set; }

        public int Hits { get; set; }

        public bool IsRemoved { get; set; }
    }
}

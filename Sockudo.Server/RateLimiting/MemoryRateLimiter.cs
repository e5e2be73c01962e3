using System.Collections.Concurrent;

namespace Sockudo.Server.RateLimiting;

/// <summary>
/// A fixed window per key, in this process, that begins with the key's first hit. Bounded: keys whose window is over are dropped
/// by <see cref="RemoveExpired"/>, which the sweep calls. Thread-safe.
/// </summary>
internal sealed class MemoryRateLimiter(int maxRequests, TimeSpan window, TimeProvider time) : IRateLimiter
{
    private readonly ConcurrentDictionary<string, Window> _windows = new(StringComparer.Ordinal);

    /// <summary>Keys held.</summary>
    public int Count => _windows.Count;

    public ValueTask<RateLimitLease> HitAsync(string key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = _windows.GetOrAdd(key, static (_, now) => new Window { Start = now }, time.GetTimestamp());
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
                _windows.TryRemove(new KeyValuePair<string, Window>(key, entry));
            }
        }
    }

    private sealed class Window
    {
        public required long Start { get; set; }

        public int Hits { get; set; }

        public bool IsRemoved { get; set; }
    }
}

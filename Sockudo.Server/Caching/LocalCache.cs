namespace Sockudo.Server.Caching;

/// <summary>The cache of one node, in its memory, bounded as <see cref="MemoryCache{TValue}"/> is. Thread-safe.</summary>
internal sealed class LocalCache(int capacity, TimeProvider time, long maxBytes = MemoryCacheLimits.DefaultBytes) : ICache
{
    private readonly MemoryCache<Held> _entries = new(capacity, time, maxBytes);
    private readonly Lock _gate = new(); // makes a comparison and its write one step

    public bool IsShared => false;

    public bool IsAway => false;

    public ValueTask<CachedValue?> GetAsync(CacheKey key, CancellationToken cancellationToken) => new(Find(key));

    public ValueTask SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Set(key, value, timeToLive);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryAddAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        new(TryAdd(key, value, timeToLive));

    public ValueTask<CacheClaim> TryTakeUntilAsync(CacheKey key, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var left = end - time.GetUtcNow();
        if (left <= TimeSpan.Zero) return new(CacheClaim.Over);
        return new(TryAdd(key, ReadOnlyMemory<byte>.Empty, left) ? CacheClaim.Taken : CacheClaim.Held);
    }

    public ValueTask<bool> ReplaceAsync(CacheKey key, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_entries.TryGet(key, out var kept, out _) && !kept.Value.Span.SequenceEqual(expected.Span)) return new(false);
            _entries.Set(key, new Held(value), timeToLive);
            return new(true);
        }
    }

    public ValueTask RemoveAsync(CacheKey key, ReadOnlyMemory<byte> expected, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_entries.TryGet(key, out var kept, out _) && kept.Value.Span.SequenceEqual(expected.Span)) _entries.Remove(key, kept);
        }

        return ValueTask.CompletedTask;
    }

    public bool PostNewest(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_entries.TryGet(key, out var kept, out _) && ValueVersion.IsOlder(value.Span, kept.Value.Span)) return true;
            return _entries.Set(key, new Held(value), timeToLive);
        }
    }

    private CachedValue? Find(CacheKey key) => _entries.TryGet(key, out var held, out var timeToLive) ? new CachedValue(held.Value, timeToLive) : null;

    private void Set(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
    {
        lock (_gate) _entries.Set(key, new Held(value), timeToLive);
    }

    private bool TryAdd(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            _entries.GetOrAdd(key, timeToLive, () => new Held(value), out var isAdded);
            return isAdded;
        }
    }

    private sealed record Held(ReadOnlyMemory<byte> Value) : ISized
    {
        public long Size => Value.Length + 64;
    }
}

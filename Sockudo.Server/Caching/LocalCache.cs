namespace Sockudo.Server.Caching;

/// <summary>The cache of one node, in its memory. Full means that the entry written longest ago makes room. Thread-safe.</summary>
internal sealed class LocalCache(int capacity, TimeProvider time) : ICache
{
    private readonly MemoryCache<Held> _entries = new(capacity, time);
    private readonly Lock _gate = new(); // makes a comparison of versions and its write one step

    public bool IsShared => false;

    public bool IsAway => false;

    public ValueTask<CachedValue?> GetAsync(string key, CancellationToken cancellationToken) => new(Find(key));

    public ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Set(key, value, timeToLive);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        new(TryAdd(key, value, timeToLive));

    public ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        Remove(key);
        return ValueTask.CompletedTask;
    }

    public void PostNewest(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_entries.TryGet(key, out var kept, out _) && ValueVersion.IsOlder(value.Span, kept.Value.Span)) return;
            _entries.Set(key, new Held(value), timeToLive);
        }
    }

    /// <summary>The value and how long it still lives; null when there is none.</summary>
    public CachedValue? Find(string key) => _entries.TryGet(key, out var held, out var timeToLive) ? new CachedValue(held.Value, timeToLive) : null;

    /// <summary>Stores a value over whatever is there.</summary>
    public void Set(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive) => _entries.Set(key, new Held(value), timeToLive);

    /// <summary>Stores a value if the key has none.</summary>
    public bool TryAdd(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
    {
        _entries.GetOrAdd(key, timeToLive, () => new Held(value), out var isAdded);
        return isAdded;
    }

    /// <summary>Removes a key.</summary>
    public void Remove(string key) => _entries.Remove(key);

    private sealed record Held(ReadOnlyMemory<byte> Value);
}

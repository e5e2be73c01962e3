namespace Sockudo.Server.Caching;

/// <summary>
/// A map with a time to live per entry, bounded in entries and in bytes. When it is full, an app that has more than its part of the bound
/// (one app of n has an nth) makes room itself, with what it wrote longest ago; for an app that has less, the app that has most does. So one
/// app alone may use all of it, and none takes from another what that one's part covers. What is larger than all the room that can be made is
/// not kept. Thread-safe.
/// </summary>
/// <param name="capacity">Most entries.</param>
/// <param name="time">The clock.</param>
/// <param name="maxBytes">Most bytes of keys and values, with what holding them costs.</param>
/// <param name="evicted">Told of each entry that made room; it must not call back.</param>
internal sealed class MemoryCache<TValue>(int capacity, TimeProvider time, long maxBytes = MemoryCacheLimits.DefaultBytes, Action<CacheKey>? evicted = null)
    where TValue : class, ISized
{
    private readonly Lock _gate = new(); // guards all below
    private readonly Dictionary<CacheKey, LinkedListNode<Entry>> _entries = [];
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal); // by app, of those that have an entry
    private long _bytes;

    /// <summary>Entries held, expired ones that were not touched since included.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>Bytes held.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _bytes;
        }
    }

    /// <summary>The value and how long it still lives; false when absent or expired.</summary>
    public bool TryGet(CacheKey key, out TValue value, out TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                timeToLive = node.Value.ExpiresAt - time.GetUtcNow();
                if (timeToLive > TimeSpan.Zero)
                {
                    value = node.Value.Value;
                    return true;
                }

                Remove(node);
            }
        }

        value = null!;
        timeToLive = TimeSpan.Zero;
        return false;
    }

    /// <summary>Stores a value, over an older one. False without room for it: the key has no value afterwards.</summary>
    public bool Set(CacheKey key, TValue value, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var old)) Remove(old);
            return Add(key, value, time.GetUtcNow() + timeToLive);
        }
    }

    /// <summary>The value under the key, made and stored by <paramref name="create"/> when absent. Atomic: one caller creates, the others get its value.</summary>
    public TValue GetOrAdd(CacheKey key, TimeSpan timeToLive, Func<TValue> create, out bool added)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node))
            {
                if (node.Value.ExpiresAt > time.GetUtcNow())
                {
                    added = false;
                    return node.Value.Value;
                }

                Remove(node);
            }

            added = true;
            var value = create();
            Add(key, value, time.GetUtcNow() + timeToLive);
            return value;
        }
    }

    /// <summary>Every entry that has not expired with the time it still lives, of each app the oldest written first.</summary>
    public (TValue Value, TimeSpan TimeToLive)[] ToArray()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            return [.. _shares.Values.SelectMany(static share => share.ByAge).Where(entry => entry.ExpiresAt > now).Select(entry => (entry.Value, entry.ExpiresAt - now))];
        }
    }

    /// <summary>Removes a key; absent is no error.</summary>
    public void Remove(CacheKey key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node)) Remove(node);
        }
    }

    /// <summary>Removes a key if it still has this very value: another's that has replaced it stays.</summary>
    public void Remove(CacheKey key, TValue value)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node) && ReferenceEquals(node.Value.Value, value)) Remove(node);
        }
    }

    /// <summary>Counts a value anew whose <see cref="ISized.Size"/> has changed, if it is still there.</summary>
    public void Resized(CacheKey key, TValue value)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var node) || !ReferenceEquals(node.Value.Value, value)) return;
            Remove(node);
            Add(key, value, node.Value.ExpiresAt);
        }
    }

    /// <summary>Drops what has expired.</summary>
    public void RemoveExpired()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (var node in _entries.Values.Where(node => node.Value.ExpiresAt <= now).ToArray()) Remove(node);
        }
    }

    private bool Add(CacheKey key, TValue value, DateTimeOffset expiresAt)
    {
        var size = MemoryCacheLimits.EntryBytes + (sizeof(char) * (long)key.Text.Length) + value.Size;
        if (!_shares.TryGetValue(key.AppId, out var share)) _shares.Add(key.AppId, share = new Share());
        if (!MakeRoom(share, size))
        {
            if (share.ByAge.Count == 0) _shares.Remove(key.AppId);
            return false;
        }

        _entries[key] = share.ByAge.AddLast(new Entry(key, value, expiresAt, size, share));
        share.Bytes += size;
        _bytes += size;
        return true;
    }

    private bool MakeRoom(Share writer, long size)
    {
        // Its part is what it may fill at another's cost; beyond it there must be room without the others.
        if (writer.Bytes + size > maxBytes / _shares.Count && _bytes - writer.Bytes + size > maxBytes) return false;
        while (_bytes + size > maxBytes) Evict(writer.Bytes + size > maxBytes / _shares.Count ? writer : Largest(static share => share.Bytes), writer);
        while (_entries.Count >= capacity) Evict(writer.ByAge.Count >= Math.Max(1, capacity / _shares.Count) ? writer : Largest(static share => share.ByAge.Count), writer);
        return true;
    }

    private Share Largest(Func<Share, long> size) => _shares.Values.MaxBy(size)!;

    private void Evict(Share share, Share writer)
    {
        var node = share.ByAge.First!;
        Remove(node, writer);
        evicted?.Invoke(node.Value.Key);
    }

    private void Remove(LinkedListNode<Entry> node, Share? stays = null)
    {
        var (key, share) = (node.Value.Key, node.Value.Share);
        share.ByAge.Remove(node);
        share.Bytes -= node.Value.Size;
        _bytes -= node.Value.Size;
        _entries.Remove(key);
        if (share.ByAge.Count == 0 && share != stays) _shares.Remove(key.AppId);
    }

    private sealed class Share
    {
        public LinkedList<Entry> ByAge { get; } = new();

        public long Bytes { get; set; }
    }

    private sealed record Entry(CacheKey Key, TValue Value, DateTimeOffset ExpiresAt, long Size, Share Share);
}

/// <summary>What every <see cref="MemoryCache{TValue}"/> has in common.</summary>
internal static class MemoryCacheLimits
{
    /// <summary>Most bytes of a cache that is given no other bound.</summary>
    public const long DefaultBytes = 64L << 20;

    /// <summary>What an entry costs beside its key's characters and its value: its object, its node, its place in the map, the map's growth.</summary>
    public const long EntryBytes = 320;
}

namespace Sockudo.Server.Caching;

/// <summary>
/// A bounded map with a time to live per entry. Full means that the entry written longest ago makes room. Thread-safe.
/// </summary>
internal sealed class MemoryCache<TValue>(int capacity, TimeProvider time)
    where TValue : class
{
    private readonly Lock _gate = new(); // guards both collections
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byAge = new();

    /// <summary>Entries held, expired ones that were not touched since included.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    /// <summary>The value and how long it still lives; false when absent or expired.</summary>
    public bool TryGet(string key, out TValue value, out TimeSpan timeToLive)
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

    /// <summary>Stores a value, over an older one.</summary>
    public void Set(string key, TValue value, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var old)) Remove(old);
            Add(key, value, timeToLive);
        }
    }

    /// <summary>The value under the key, made and stored by <paramref name="create"/> when absent. Atomic: one caller creates, the others get its value.</summary>
    public TValue GetOrAdd(string key, TimeSpan timeToLive, Func<TValue> create, out bool added)
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
            Add(key, value, timeToLive);
            return value;
        }
    }

    /// <summary>Every entry that has not expired with the time it still lives, the oldest written first.</summary>
    public (TValue Value, TimeSpan TimeToLive)[] ToArray()
    {
        var now = time.GetUtcNow();
        lock (_gate) return [.. _byAge.Where(entry => entry.ExpiresAt > now).Select(entry => (entry.Value, entry.ExpiresAt - now))];
    }

    /// <summary>Removes a key; absent is no error.</summary>
    public void Remove(string key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var node)) Remove(node);
        }
    }

    /// <summary>Drops what has expired.</summary>
    public void RemoveExpired()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            for (var node = _byAge.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.ExpiresAt <= now) Remove(node);
                node = next;
            }
        }
    }

    private void Add(string key, TValue value, TimeSpan timeToLive)
    {
        if (_entries.Count >= capacity) Remove(_byAge.First!);
        _entries[key] = _byAge.AddLast(new Entry(key, value, time.GetUtcNow() + timeToLive));
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byAge.Remove(node);
        _entries.Remove(node.Value.Key);
    }

    private sealed record Entry(string Key, TValue Value, DateTimeOffset ExpiresAt);
}

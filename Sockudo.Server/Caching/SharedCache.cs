using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Caching;

/// <summary>
/// The cache of a cluster: Redis, with this node's own writes in memory behind it. A write that Redis did not take stays due and is
/// made when it can be, from what the memory then holds; until then the memory's value is the one that is read, so that an entry written
/// while Redis was away is neither lost nor overtaken by what Redis still has. When the connection comes back, entries that Redis lost
/// meanwhile are put back, over nothing newer. What is due is bounded as the memory is: with an entry that made room its write is dropped,
/// and counted (cache_writes_dropped_total). Thread-safe.
/// </summary>
internal sealed partial class SharedCache : ICache, IAsyncDisposable
{
    private readonly RedisStore _store;
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly CacheMetrics _metrics;
    private readonly ILogger<SharedCache> _logger;
    private readonly MemoryCache<Held> _own;
    private readonly Lock _gate = new(); // guards _due and _order, and makes a change of _own and of these one step
    private readonly Dictionary<CacheKey, Due> _due = [];
    private readonly Queue<CacheKey> _order = new(); // at least the due keys

    public SharedCache(
        RedisStore store, int capacity, TimeProvider time, CacheMetrics metrics, ILogger<SharedCache> logger, long maxBytes = MemoryCacheLimits.DefaultBytes)
    {
        _store = store;
        _capacity = capacity;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _own = new MemoryCache<Held>(capacity, time, maxBytes, OnEvicted);
        metrics.Pending = () => PendingWrites;
        _loop = Task.Run(WriteAsync);
        store.Link.OnOpened(OnOpened);
    }

    public bool IsShared => true;

    public bool IsAway => !_store.Link.IsConnected;

    /// <summary>Keys whose write is due.</summary>
    public int PendingWrites
    {
        get
        {
            lock (_gate) return _due.Count;
        }
    }

    public async ValueTask<CachedValue?> GetAsync(CacheKey key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // What is not written yet is newer than what Redis has.
            if (_due.TryGetValue(key, out var due) && due != Due.Restore) return due.IsRemoval ? null : FindOwn(key);
        }

        try
        {
            return await _store.GetAsync(key, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisAwayException)
        {
            _metrics.FellBack();
            lock (_gate) return FindOwn(key);
        }
    }

    public async ValueTask SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _own.Set(key, new Held(key, value), timeToLive);
            if (IsDueBefore(key)) return;
        }

        await RunOrOweAsync(key, Due.Write, _store.SetAsync(key, value, timeToLive, cancellationToken)).ConfigureAwait(false);
    }

    public bool PostNewest(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_own.TryGet(key, out var kept, out _) && kept.IsVersioned && ValueVersion.IsOlder(value.Span, kept.Value.Span)) return true;
            if (!_own.Set(key, new Held(key, value) { IsVersioned = true }, timeToLive)) return false;
        }

        Owe(key, Due.Write);
        return true;
    }

    private async ValueTask RunOrOweAsync(CacheKey key, Due due, ValueTask operation)
    {
        try
        {
            await operation.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisAwayException or OperationCanceledException)
        {
            // This node has promised it already: its memory says so.
            Owe(key, due);
            if (exception is OperationCanceledException) throw;
        }
    }

    // A key whose write is due gets its new value with that write, so that the two keep their order. Called under the gate.
    private bool IsDueBefore(CacheKey key)
    {
        if (!_due.ContainsKey(key)) return false;
        _due[key] = Due.Write;
        return true;
    }

    private void Owe(CacheKey key, Due due)
    {
        if (IsAway) _metrics.FellBack();
        lock (_gate)
        {
            var isNew = !_due.ContainsKey(key);
            _due[key] = due;
            if (isNew) Enqueue(key);
        }

        Wake();
    }

    // Called under the gate. Writes go with their entries; removals have none, so the oldest of both goes above the capacity.
    private void Enqueue(CacheKey key)
    {
        _order.Enqueue(key);
        while (_due.Count > _capacity && _order.TryDequeue(out var oldest))
        {
            if (_due.Remove(oldest)) _metrics.Dropped();
        }

        // Keys whose entry made room are still in the order, those written again since more than once.
        if (_order.Count <= (2L * _capacity) + 64) return;
        var due = _order.Where(_due.ContainsKey).Distinct().ToArray();
        _order.Clear();
        foreach (var still in due) _order.Enqueue(still);
    }

    // Called under the gate, as all that writes into the memory.
    private void OnEvicted(CacheKey key)
    {
        if (_due.TryGetValue(key, out var due) && !due.IsRemoval && _due.Remove(key)) _metrics.Dropped();
    }

    private CachedValue? FindOwn(CacheKey key) => _own.TryGet(key, out var held, out var timeToLive) ? new CachedValue(held.Value, timeToLive) : null;

    private void Forget(Held own)
    {
        lock (_gate)
        {
            if (_own.TryGet(own.Key, out var held, out _) && ReferenceEquals(held, own)) _own.Remove(own.Key);
        }
    }

    /// <summary>Something this node wrote.</summary>
    private sealed record Held(CacheKey Key, ReadOnlyMemory<byte> Value) : ISized
    {
        /// <summary>Whether its value begins with a <see cref="ValueVersion"/>, and the greater one stays.</summary>
        public bool IsVersioned { get; init; }

        /// <summary>The one value it may stand in place of; null when it may replace any.</summary>
        public ReadOnlyMemory<byte>? Replaces { get; init; }

        /// <summary>When it is over, by the store's clock; null when it has a time to live.</summary>
        public DateTimeOffset? Until { get; init; }

        public long Size => Value.Length + (Replaces?.Length ?? 0) + 160;
    }

    /// <summary>What is to be done for a key.</summary>
    private sealed class Due
    {
        /// <summary>What the memory holds is put back if Redis has nothing newer.</summary>
        public static readonly Due Restore = new();

        /// <summary>What the memory holds is written.</summary>
        public static readonly Due Write = new();

        /// <summary>The value that is removed, if it is still there; null when nothing is.</summary>
        public ReadOnlyMemory<byte>? Removed { get; private init; }

        public bool IsRemoval => Removed is not null;

        public static Due Remove(ReadOnlyMemory<byte> value) => new() { Removed = value };
    }
}

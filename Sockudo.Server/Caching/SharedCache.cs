using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Caching;

/// <summary>
/// The cache of a cluster: Redis, with this node's own writes in memory behind it. A write that Redis did not take stays due and is
/// made when it can be, from what the memory then holds; until then the memory's value is the one that is read, so that an entry written
/// while Redis was away is neither lost nor overtaken by what Redis still has. When the connection comes back, entries that Redis lost
/// meanwhile are put back, over nothing newer. The due keys are bounded by the capacity: above it the oldest is dropped and counted
/// (cache_writes_dropped_total). Thread-safe.
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
    private readonly Dictionary<string, Due> _due = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public SharedCache(RedisStore store, int capacity, TimeProvider time, CacheMetrics metrics, ILogger<SharedCache> logger)
    {
        _store = store;
        _capacity = capacity;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _own = new MemoryCache<Held>(capacity, time);
        metrics.Pending = () => PendingWrites;
        _loop = Task.Run(WriteAsync);
        store.Link.OnOpened(OnOpened);
    }

    /// <summary>What is to be done for a key.</summary>
    private enum Due
    {
        /// <summary>What the memory holds is put back if Redis has nothing newer.</summary>
        Restore,

        /// <summary>What the memory holds is written.</summary>
        Write,

        /// <summary>The key is removed.</summary>
        Remove,
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

    public async ValueTask<CachedValue?> GetAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // What is not written yet is newer than what Redis has.
            if (_due.TryGetValue(key, out var due) && due != Due.Restore) return due == Due.Remove ? null : FindOwn(key);
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

    public async ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _own.Set(key, new Held(key, value, IsVersioned: false), timeToLive);
            if (IsDueBefore(key)) return;
        }

        await RunOrOweAsync(key, Due.Write, _store.SetAsync(key, value, timeToLive, cancellationToken)).ConfigureAwait(false);
    }

    public async ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var own = new Held(key, value, IsVersioned: false);
        lock (_gate)
        {
            // What this node wrote itself is there, whatever Redis says. Taken here first, so that of two callers on this node one only goes on.
            _own.GetOrAdd(key, timeToLive, () => own, out var isAdded);
            if (!isAdded) return false;
            if (IsDueBefore(key)) return true;
        }

        try
        {
            if (await _store.TryAddAsync(key, value, timeToLive, cancellationToken).ConfigureAwait(false)) return true;
            Forget(own);
            return false;
        }
        catch (RedisAwayException)
        {
            Owe(key, Due.Write);
            return true;
        }
        catch (OperationCanceledException)
        {
            // Whoever asked went away and does not go on: the key is free again as far as this node can say.
            Forget(own);
            Owe(key, Due.Remove);
            throw;
        }
    }

    public async ValueTask RemoveAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _own.Remove(key);
            if (_due.ContainsKey(key))
            {
                _due[key] = Due.Remove;
                return;
            }
        }

        await RunOrOweAsync(key, Due.Remove, _store.RemoveAsync(key, cancellationToken)).ConfigureAwait(false);
    }

    public void PostNewest(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
    {
        lock (_gate)
        {
            if (_own.TryGet(key, out var kept, out _) && kept.IsVersioned && ValueVersion.IsOlder(value.Span, kept.Value.Span)) return;
            _own.Set(key, new Held(key, value, IsVersioned: true), timeToLive);
        }

        Owe(key, Due.Write);
    }

    private async ValueTask RunOrOweAsync(string key, Due due, ValueTask operation)
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
    private bool IsDueBefore(string key)
    {
        if (!_due.ContainsKey(key)) return false;
        _due[key] = Due.Write;
        return true;
    }

    private void Owe(string key, Due due)
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

    // Called under the gate.
    private void Enqueue(string key)
    {
        _order.Enqueue(key);
        while (_due.Count > _capacity && _order.TryDequeue(out var oldest))
        {
            if (_due.Remove(oldest)) _metrics.Dropped();
        }
    }

    private CachedValue? FindOwn(string key) => _own.TryGet(key, out var held, out var timeToLive) ? new CachedValue(held.Value, timeToLive) : null;

    private void Forget(Held own)
    {
        lock (_gate)
        {
            if (_own.TryGet(own.Key, out var held, out _) && ReferenceEquals(held, own)) _own.Remove(own.Key);
        }
    }

    /// <summary>Something this node wrote.</summary>
    private sealed record Held(string Key, ReadOnlyMemory<byte> Value, bool IsVersioned);
}

using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Caching;

/// <summary>
/// Keys that one caller in the cluster takes. Nobody deletes or overwrites what he cannot prove to be his: a claim is replaced and removed by
/// its value alone, and one whose outcome is not known stays until its time is over.
/// </summary>
internal sealed partial class SharedCache
{
    private static readonly byte[] Taken = "1"u8.ToArray();

    public async ValueTask<bool> TryAddAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var own = new Held(key, value) { Replaces = value };
        return await ClaimAsync(own, timeToLive, static (store, own, left, cancelled) => AddAsync(store, own, left, cancelled), cancellationToken)
            .ConfigureAwait(false) == CacheClaim.Taken;
    }

    public ValueTask<CacheClaim> TryTakeUntilAsync(CacheKey key, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var left = end - _time.GetUtcNow();
        if (left <= TimeSpan.Zero) return new(CacheClaim.Over);
        var own = new Held(key, Taken) { Until = end };
        return ClaimAsync(own, left, static (store, own, _, cancelled) => store.TryTakeUntilAsync(own.Key, own.Value, own.Until!.Value, cancelled), cancellationToken);
    }

    public async ValueTask<bool> ReplaceAsync(
        CacheKey key, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var own = new Held(key, value) { Replaces = expected };
        lock (_gate)
        {
            if (_own.TryGet(key, out var kept, out _) && !kept.Value.Span.SequenceEqual(expected.Span)) return false;
            _own.Set(key, own, timeToLive);
            if (IsDueBefore(key)) return true;
        }

        try
        {
            if (await _store.ReplaceAsync(key, expected, value, timeToLive, cancellationToken).ConfigureAwait(false)) return true;
            Forget(own);
            return false;
        }
        catch (Exception exception) when (exception is RedisAwayException or OperationCanceledException)
        {
            Owe(key, Due.Write);
            if (exception is OperationCanceledException) throw;
            return true;
        }
    }

    public async ValueTask RemoveAsync(CacheKey key, ReadOnlyMemory<byte> expected, CancellationToken cancellationToken)
    {
        var removal = Due.Remove(expected);
        lock (_gate)
        {
            if (_own.TryGet(key, out var kept, out _))
            {
                if (!kept.Value.Span.SequenceEqual(expected.Span)) return;
                _own.Remove(key);
            }

            if (_due.ContainsKey(key))
            {
                _due[key] = removal;
                return;
            }
        }

        await RunOrOweAsync(key, removal, _store.RemoveAsync(key, expected, cancellationToken)).ConfigureAwait(false);
    }

    private static async ValueTask<CacheClaim> AddAsync(RedisStore store, Held own, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        await store.TryAddAsync(own.Key, own.Value, timeToLive, cancellationToken).ConfigureAwait(false) ? CacheClaim.Taken : CacheClaim.Held;

    private async ValueTask<CacheClaim> ClaimAsync(
        Held own, TimeSpan timeToLive, Func<RedisStore, Held, TimeSpan, CancellationToken, ValueTask<CacheClaim>> claim, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // What this node wrote itself is there, whatever Redis says. Taken here first, so that of two callers on this node one only goes on.
            _own.GetOrAdd(own.Key, timeToLive, () => own, out var isAdded);
            if (!isAdded) return CacheClaim.Held;
            if (IsDueBefore(own.Key)) return CacheClaim.Taken;
        }

        try
        {
            var claimed = await claim(_store, own, timeToLive, cancellationToken).ConfigureAwait(false);
            if (claimed != CacheClaim.Taken) Forget(own);
            return claimed;
        }
        catch (RedisAwayException)
        {
            Owe(own.Key, Due.Write);
            return CacheClaim.Taken;
        }
        catch (OperationCanceledException)
        {
            // Whose the key is nobody here knows: it may be this claim's, so it stays, and if it is another's, that one's stays.
            Owe(own.Key, Due.Write);
            throw;
        }
    }
}

using Sockudo.Server.Caching;

namespace Sockudo.Tests.Unit.Http;

/// <summary>A cache that several nodes of a test share, with a clock of its own.</summary>
internal sealed class StoreCache(TimeProvider clock) : ICache
{
    private readonly LocalCache _store = new(100_000, clock);

    /// <summary>Awaited before each operation reaches the store.</summary>
    public Func<Task> OnTheWay { get; set; } = static () => Task.CompletedTask;

    public bool IsShared => true;

    public bool IsAway => false;

    public async ValueTask<CachedValue?> GetAsync(CacheKey key, CancellationToken cancellationToken)
    {
        await OnTheWay().WaitAsync(cancellationToken);
        return await _store.GetAsync(key, cancellationToken);
    }

    public async ValueTask SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        await OnTheWay().WaitAsync(cancellationToken);
        await _store.SetAsync(key, value, timeToLive, cancellationToken);
    }

    public async ValueTask<bool> TryAddAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        await OnTheWay().WaitAsync(cancellationToken);
        return await _store.TryAddAsync(key, value, timeToLive, cancellationToken);
    }

    public async ValueTask<CacheClaim> TryTakeUntilAsync(CacheKey key, DateTimeOffset end, CancellationToken cancellationToken)
    {
        await OnTheWay().WaitAsync(cancellationToken);
        return await _store.TryTakeUntilAsync(key, end, cancellationToken);
    }

    public async ValueTask<bool> ReplaceAsync(
        CacheKey key, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        await OnTheWay().WaitAsync(cancellationToken);
        return await _store.ReplaceAsync(key, expected, value, timeToLive, cancellationToken);
    }

    public async ValueTask RemoveAsync(CacheKey key, ReadOnlyMemory<byte> expected, CancellationToken cancellationToken)
    {
        await OnTheWay().WaitAsync(cancellationToken);
        await _store.RemoveAsync(key, expected, cancellationToken);
    }

    public bool PostNewest(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive) => _store.PostNewest(key, value, timeToLive);
}

using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Caching;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>The driver memory.</summary>
public sealed class MemoryCacheTests : CacheConformance
{
    private readonly FakeTimeProvider _clock = new();

    internal override Task<(ICache One, ICache Other)> TwoNodesAsync()
    {
        var cache = new LocalCache(1000, _clock);
        return Task.FromResult<(ICache, ICache)>((cache, cache));
    }

    protected override DateTimeOffset Now => _clock.GetUtcNow();

    protected override async Task PassedAsync(TimeSpan time, Func<Task<bool>> isOver)
    {
        if (time > TimeSpan.Zero)
        {
            _clock.Advance(time - TimeSpan.FromMilliseconds(1));
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.True(await isOver());
    }

    [Fact]
    public async Task Full_it_drops_what_was_written_longest_ago()
    {
        var cache = new LocalCache(2, _clock);
        var (first, second, third) = (Key("first"), Key("second"), Key("third"));
        foreach (var key in new[] { first, second, third }) await cache.SetAsync(key, "x"u8.ToArray(), TimeSpan.FromHours(1), Cancelled);

        Assert.Equal((null, "x", "x"), (await TextAsync(cache, first), await TextAsync(cache, second), await TextAsync(cache, third)));
    }
}

/// <summary>A driver on a real Redis, with a link for each of two nodes.</summary>
public abstract class SharedCacheConformance(StoreDeployment store) : CacheConformance, IAsyncLifetime
{
    private readonly string _prefix = $"conformance_{Guid.NewGuid():N}:";
    private (ICache One, ICache Other) _nodes;

    public async ValueTask InitializeAsync() => _nodes = (await store.CacheAsync(_prefix), await store.CacheAsync(_prefix));

    internal override Task<(ICache One, ICache Other)> TwoNodesAsync() => Task.FromResult(_nodes);

    [Fact]
    public async Task A_node_whose_clock_is_behind_takes_no_key_whose_end_is_over_in_the_store()
    {
        await using var behind = await store.CacheAsync(_prefix, time: new FakeTimeProvider(DateTimeOffset.UtcNow.AddHours(-1)));

        Assert.Equal(CacheClaim.Over, await behind.TryTakeUntilAsync(Key("forgotten"), DateTimeOffset.UtcNow.AddSeconds(-1), Cancelled));
        Assert.Equal(CacheClaim.Taken, await behind.TryTakeUntilAsync(Key("good"), DateTimeOffset.UtcNow.AddMinutes(1), Cancelled));
    }

    protected override DateTimeOffset Now => DateTimeOffset.UtcNow;

    protected override async Task DelayedAsync(Func<Task> action)
    {
        store.Hold();
        try
        {
            await action();
        }
        finally
        {
            store.LetGo();
        }
    }

    protected override Task SettledAsync() =>
        Eventually.TrueAsync(() => Task.FromResult(((SharedCache)_nodes.One).PendingWrites + ((SharedCache)_nodes.Other).PendingWrites == 0), "what is due to be written");

    protected override Task PassedAsync(TimeSpan time, Func<Task<bool>> isOver) => Eventually.TrueAsync(isOver, "what was waited for");

    public async ValueTask DisposeAsync()
    {
        await ((SharedCache)_nodes.One).DisposeAsync();
        await ((SharedCache)_nodes.Other).DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The driver redis.</summary>
public sealed class RedisCacheTests(RedisStoreDeployment store) : SharedCacheConformance(store), IClassFixture<RedisStoreDeployment>;

/// <summary>The driver redis-cluster.</summary>
public sealed class RedisClusterCacheTests(RedisClusterStoreDeployment store) : SharedCacheConformance(store), IClassFixture<RedisClusterStoreDeployment>;

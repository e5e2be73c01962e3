using System.Text;
using Sockudo.Server.Caching;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>A shared cache whose Redis goes away and comes back: nothing newer is lost, nothing older comes again (defect 28).</summary>
public sealed class CacheOutageTests : IAsyncLifetime
{
    private const string Prefix = "outage:";
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly RedisStoreDeployment _store = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => _store.InitializeAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task While_redis_is_frozen_memory_answers_and_what_was_written_meanwhile_wins_afterwards()
    {
        await using var cache = await _store.CacheAsync(Prefix);
        await using var other = await _store.CacheAsync(Prefix);
        await cache.SetAsync(Key("rate"), "before"u8.ToArray(), Long, Cancelled);
        cache.PostNewest(Key("event"), ValueVersion.Prepend(1, 1, """{"n":1}"""u8), Long);
        await ReadsAsync(other, Key("event"), "\"n\":1");

        _store.Server.Process.Freeze();
        await cache.SetAsync(Key("rate"), "meanwhile"u8.ToArray(), Long, Cancelled);
        Assert.True(await cache.TryAddAsync(Key("nonce"), "x"u8.ToArray(), Long, Cancelled));
        Assert.False(await cache.TryAddAsync(Key("nonce"), "y"u8.ToArray(), Long, Cancelled));
        for (var n = 2; n <= 50; n++) cache.PostNewest(Key("event"), ValueVersion.Prepend(n, 1, Encoding.UTF8.GetBytes($"{{\"n\":{n}}}")), Long);
        Assert.Equal("meanwhile", await TextAsync(cache, Key("rate")));
        Assert.Contains("\"n\":50", await TextAsync(cache, Key("event")), StringComparison.Ordinal);
        _store.Server.Process.Thaw();

        // Whoever reads during the recovery sees the newer entry, at every moment of it.
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal("meanwhile", await TextAsync(cache, Key("rate")));
                return cache.PendingWrites == 0;
            },
            "the writes to reach Redis");
        await ReadsAsync(other, Key("rate"), "meanwhile");
        await ReadsAsync(other, Key("event"), "\"n\":50");
        Assert.False(await other.TryAddAsync(Key("nonce"), "z"u8.ToArray(), Long, Cancelled));
    }

    [Fact]
    public async Task A_redis_that_comes_back_empty_is_given_its_entries_again_but_nothing_newer_is_undone()
    {
        await using var cache = await _store.CacheAsync(Prefix);
        await using var other = await _store.CacheAsync(Prefix);
        await cache.SetAsync(Key("answer"), "kept"u8.ToArray(), Long, Cancelled);
        cache.PostNewest(Key("event"), ValueVersion.Prepend(1, 1, """{"n":1}"""u8), Long);
        await ReadsAsync(other, Key("event"), "\"n\":1");

        await _store.Server.Process.KillAsync();
        await Eventually.TrueAsync(() => Task.FromResult(cache.IsAway && other.IsAway), "both to see it gone");
        other.PostNewest(Key("event"), ValueVersion.Prepend(2, 1, """{"n":2}"""u8), Long);
        await _store.Server.StartAsync();

        await Eventually.TrueAsync(() => Task.FromResult(!cache.IsAway && !other.IsAway && cache.PendingWrites + other.PendingWrites == 0), "everything to be back");
        await using var fresh = await _store.CacheAsync(Prefix);
        Assert.Equal("kept", await TextAsync(fresh, Key("answer")));
        Assert.Contains("\"n\":2", await TextAsync(fresh, Key("event")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_is_bounded_and_the_newest_stays()
    {
        await using var cache = await _store.CacheAsync(Prefix, capacity: 10);
        await _store.Server.Process.KillAsync();
        await Eventually.TrueAsync(() => Task.FromResult(cache.IsAway), "it to be away");

        for (var i = 0; i < 100; i++) cache.PostNewest(Key($"event-{i}"), ValueVersion.Prepend(1, 1, "{}"u8), Long);

        Assert.InRange(cache.PendingWrites, 1, 10);
        await _store.Server.StartAsync();
        await Eventually.TrueAsync(() => Task.FromResult(cache.PendingWrites == 0), "the rest to be written");
        await using var fresh = await _store.CacheAsync(Prefix);
        Assert.NotNull(await TextAsync(fresh, Key("event-99")));
        Assert.Null(await TextAsync(fresh, Key("event-0")));
    }

    [Fact]
    public async Task A_node_that_stops_writes_what_is_due_and_deletes_nothing()
    {
        var cache = await _store.CacheAsync("sockudo_cache:");
        await cache.SetAsync(Key("answer"), "kept"u8.ToArray(), Long, Cancelled);
        cache.PostNewest(Key("app:shop:channel:cache-prices:cache_miss"), ValueVersion.Prepend(1, 1, """{"event":"changed"}"""u8), Long);
        await cache.DisposeAsync();

        await using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_store.Server.Port}");
        foreach (var key in new[] { "sockudo_cache::answer", "sockudo_cache::app:shop:channel:cache-prices:cache_miss" })
            Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromMinutes(9), Long);
    }

    private static CacheKey Key(string text) => new("shop", text);

    private static async Task<string?> TextAsync(SharedCache cache, CacheKey key) =>
        await cache.GetAsync(key, Cancelled) is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    private static Task ReadsAsync(SharedCache cache, CacheKey key, string text) =>
        Eventually.TrueAsync(async () => (await TextAsync(cache, key))?.Contains(text, StringComparison.Ordinal) == true, $"{key.Text} to be {text}");
}

using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Caching;

/// <summary>What holds memory is bounded in bytes, and no app takes another's part.</summary>
public sealed class MemoryCacheTests(ITestOutputHelper output)
{
    private const long Mb = 1 << 20;
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private static readonly App Large = new() { Id = "large", Key = "k1", Secret = "s1" };
    private static readonly App Small = new() { Id = "small", Key = "k2", Secret = "s2" };

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Ten_last_events_of_nine_megabytes_stay_within_the_budget()
    {
        var cache = new MemoryCache<CachedFrame>(10_000, _clock, 64 * Mb);
        var events = new CachedEvents(cache);
        for (var i = 0; i < 10; i++) events.Set(Large, $"cache-{i}", new byte[9 * Mb]);

        var held = events.All.Sum(static one => (long)one.Cached.Frame.Length);
        output.WriteLine($"{held >> 20} MiB of 90 are held.");
        Assert.InRange(held, 54 * Mb, 64 * Mb);
        Assert.Null(events.Find(Large, "cache-0", out _));
        Assert.NotNull(events.Find(Large, "cache-9", out _));
    }

    [Fact]
    public void An_app_that_fills_the_budget_takes_nothing_from_one_within_its_part()
    {
        var events = new CachedEvents(new MemoryCache<CachedFrame>(10_000, _clock, 64 * Mb));
        for (var i = 0; i < 3; i++) events.Set(Small, $"cache-{i}", new byte[9 * Mb]);
        for (var i = 0; i < 100; i++) events.Set(Large, $"cache-{i}", new byte[Mb]);

        Assert.All(Enumerable.Range(0, 3), i => Assert.NotNull(events.Find(Small, $"cache-{i}", out _)));
        Assert.NotNull(events.Find(Large, "cache-99", out _));
    }

    [Fact]
    public void An_app_within_its_part_gets_room_from_who_has_most()
    {
        var events = new CachedEvents(new MemoryCache<CachedFrame>(10_000, _clock, 64 * Mb));
        for (var i = 0; i < 100; i++) events.Set(Large, $"cache-{i}", new byte[Mb]);
        for (var i = 0; i < 3; i++) events.Set(Small, $"cache-{i}", new byte[9 * Mb]);

        Assert.All(Enumerable.Range(0, 3), i => Assert.NotNull(events.Find(Small, $"cache-{i}", out _)));
    }

    [Fact]
    public void Entries_are_shared_out_as_bytes_are()
    {
        var events = new CachedEvents(new MemoryCache<CachedFrame>(10, _clock));
        for (var i = 0; i < 5; i++) events.Set(Small, $"cache-{i}", new byte[1]);
        for (var i = 0; i < 100; i++) events.Set(Large, $"cache-{i}", new byte[1]);

        Assert.Equal((5, 5), (events.All.Count(static one => one.Cached.AppId == "small"), events.All.Count(static one => one.Cached.AppId == "large")));
    }

    [Fact]
    public void An_event_there_is_no_room_for_is_not_kept_and_neither_is_the_one_before_it()
    {
        var events = new CachedEvents(new MemoryCache<CachedFrame>(10, _clock, Mb));
        events.Set(Large, "cache-x", new byte[10]);
        events.Set(Large, "cache-x", new byte[2 * Mb]);

        Assert.Null(events.Find(Large, "cache-x", out _));
    }

    [Fact]
    public async Task The_event_before_one_there_is_no_room_for_does_not_come_back_from_the_shared_cache()
    {
        var shared = new StoreCache(_clock);
        var before = new CachedEvents(new MemoryCache<CachedFrame>(10, _clock, Mb), shared, _clock);
        before.Set(Large, "cache-x", ServerFrame.Create(Opcode.Text, "{\"n\":1}"u8), default, isOwn: true);
        before.Set(Large, "cache-x", ServerFrame.Create(Opcode.Text, [.. "{\"n\":\""u8, .. Enumerable.Repeat((byte)'x', 2 << 20), .. "\"}"u8]), default, isOwn: true);
        var restarted = new CachedEvents(new MemoryCache<CachedFrame>(10, _clock, Mb), shared, _clock);

        Assert.Null(await restarted.LoadAsync(Large, "cache-x", TestContext.Current.CancellationToken));
        Assert.Null(restarted.Find(Large, "cache-x", out _));
    }

    [Fact]
    public void Keys_count_too()
    {
        var cache = new MemoryCache<CachedFrame>(1_000_000, _clock, Mb);
        for (var i = 0; i < 10_000; i++) cache.Set(new CacheKey("large", new string('k', 1000) + i), new CachedFrame("large", "c", [], default), Long);

        Assert.InRange(cache.Count, 1, Mb / 2000);
    }

    [Fact]
    public void What_is_removed_or_over_gives_its_bytes_back()
    {
        var cache = new MemoryCache<CachedFrame>(100, _clock, Mb);
        for (var i = 0; i < 10; i++) cache.Set(new CacheKey($"app-{i % 3}", $"{i}"), new CachedFrame("", "", new byte[100], default), TimeSpan.FromSeconds(i % 2 == 0 ? 1 : 100));
        _clock.Advance(TimeSpan.FromSeconds(2));
        cache.RemoveExpired();
        for (var i = 1; i < 10; i += 2) cache.Remove(new CacheKey($"app-{i % 3}", $"{i}"));

        Assert.Equal((0, 0L), (cache.Count, cache.Bytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_is_written_by_whomever_it_is_never_above_its_bounds(int seed)
    {
        var random = new Random(seed);
        var cache = new MemoryCache<CachedFrame>(50, _clock, 100_000);
        for (var i = 0; i < 20_000; i++)
        {
            var app = $"app-{Math.Min(random.Next(60), random.Next(60))}";
            cache.Set(new CacheKey(app, $"{random.Next(200)}"), new CachedFrame(app, "", new byte[random.Next(10) == 0 ? random.Next(120_000) : random.Next(3_000)], default), TimeSpan.FromSeconds(random.Next(1, 60)));
            if (random.Next(50) == 0) _clock.Advance(TimeSpan.FromSeconds(random.Next(30)));
            if (random.Next(50) == 0) cache.RemoveExpired();
            Assert.True(cache.Count <= 50 && cache.Bytes <= 100_000, $"write {i}: {cache.Count} entries, {cache.Bytes} bytes");
        }

        _clock.Advance(Long);
        cache.RemoveExpired();
        Assert.Equal(0, cache.Bytes);
    }
}

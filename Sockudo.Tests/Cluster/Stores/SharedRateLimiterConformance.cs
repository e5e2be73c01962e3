using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>The driver memory.</summary>
public sealed class MemoryRateLimiterConformanceTests : RateLimiterConformance
{
    private readonly FakeTimeProvider _clock = new();

    internal override Task<(IRateLimiter One, IRateLimiter Other)> TwoNodesAsync(int limit, TimeSpan window)
    {
        var limiter = new RateLimiters(_clock).Create("api", new RateLimitOptions { MaxRequests = limit, WindowSeconds = (int)window.TotalSeconds });
        Assert.IsType<MemoryRateLimiter>(limiter);
        return Task.FromResult((limiter, limiter));
    }

    protected override async Task PassedAsync(TimeSpan time, Func<Task<bool>> isTrue)
    {
        _clock.Advance(time);
        Assert.True(await isTrue());
    }
}

/// <summary>A driver on a real Redis, with a link for each of two nodes.</summary>
public abstract class SharedRateLimiterConformance(StoreDeployment store, ITestOutputHelper output) : RateLimiterConformance
{
    private readonly string _prefix = $"limits_{Guid.NewGuid():N}:";

    internal override async Task<(IRateLimiter One, IRateLimiter Other)> TwoNodesAsync(int limit, TimeSpan window) =>
        (await NodeAsync(limit, window), await NodeAsync(limit, window));

    protected override Task PassedAsync(TimeSpan time, Func<Task<bool>> isTrue) => Eventually.TrueAsync(isTrue, "a hit to be admitted again");

    [Fact]
    public async Task No_stretch_of_a_windows_length_has_more_hits_than_the_limit()
    {
        const int Limit = 10;
        var window = TimeSpan.FromSeconds(1);
        var (one, other) = await TwoNodesAsync(Limit, window);
        var admitted = new List<(TimeSpan Began, TimeSpan Ended)>();
        var clock = Stopwatch.StartNew();
        for (var i = 0; admitted.Count < 3 * Limit && clock.Elapsed < Deadline.Default; i++)
        {
            var began = clock.Elapsed;
            var lease = await (i % 2 == 0 ? one : other).HitAsync("203.0.113.7", Cancelled);
            if (lease.Allowed) admitted.Add((began, clock.Elapsed));
        }

        // Each was counted between its beginning and its end: the eleventh can have ended no earlier than a window after the first began.
        Assert.Equal(3 * Limit, admitted.Count);
        var shortest = Enumerable.Range(0, admitted.Count - Limit).Min(i => admitted[i + Limit].Ended - admitted[i].Began);
        output.WriteLine($"The shortest time for {Limit + 1} admitted hits was {shortest.TotalMilliseconds:0} ms; the window is {window.TotalMilliseconds:0} ms.");
        Assert.InRange(shortest, window, TimeSpan.MaxValue);
    }

    [Fact]
    public async Task Several_hits_are_admitted_whole_or_not_at_all()
    {
        var windows = new RedisHitWindows(await store.LinkAsync(), _prefix);
        async Task<bool> TakeAsync(int amount) => (await windows.TakeAsync("app:shop:events", amount, 5, TimeSpan.FromSeconds(60), Cancelled)).Allowed;

        Assert.Equal((true, false, true, false), (await TakeAsync(3), await TakeAsync(3), await TakeAsync(2), await TakeAsync(1)));
    }

    private async Task<IRateLimiter> NodeAsync(int limit, TimeSpan window) => new RateLimiters(
        TimeProvider.System,
        new RateLimitOutages(new ServerMetrics(), NullLogger<RateLimitOutages>.Instance),
        new RedisHitWindows(await store.LinkAsync(), _prefix)).Create("api", new RateLimitOptions { MaxRequests = limit, WindowSeconds = (int)window.TotalSeconds });
}

/// <summary>The driver redis.</summary>
public sealed class RedisRateLimiterTests(RedisStoreDeployment store, ITestOutputHelper output)
    : SharedRateLimiterConformance(store, output), IClassFixture<RedisStoreDeployment>
{
    [Fact]
    public async Task A_hit_is_one_round_trip()
    {
        var link = await store.LinkAsync();
        var windows = new RedisHitWindows(link, "trips:");
        await windows.TakeAsync("warm", 1, 1000, TimeSpan.FromSeconds(60), Cancelled);
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{store.Server.Port},allowAdmin=true");
        var before = await CallsAsync(admin);

        for (var i = 0; i < 20; i++) await windows.TakeAsync("counted", 1, 1000, TimeSpan.FromSeconds(60), Cancelled);

        Assert.Equal(before + 20, await CallsAsync(admin));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_redis_is_away_it_fails_as_configured(bool failOpen)
    {
        await using var away = new RedisStoreDeployment();
        await away.InitializeAsync();
        var link = await away.LinkAsync();
        await away.Server.Process.KillAsync();
        await Eventually.TrueAsync(() => Task.FromResult(!link.IsConnected), "the link to be away");
        var outages = new RateLimitOutages(new ServerMetrics(), NullLogger<RateLimitOutages>.Instance);
        var limiter = new RateLimiters(TimeProvider.System, outages, new RedisHitWindows(link, "p:"))
            .Create("api", new RateLimitOptions { MaxRequests = 1, FailOpen = failOpen });

        for (var i = 0; i < 3; i++)
        {
            var lease = await limiter.HitAsync("203.0.113.7", Cancelled);
            Assert.Equal((failOpen, true), (lease.Allowed, lease.IsUnavailable));
        }

        await away.Server.StartAsync();
        await Eventually.TrueAsync(async () => (await limiter.HitAsync("203.0.113.8", Cancelled)) is { Allowed: true, IsUnavailable: false }, "it to count again");
    }

    /// <summary>How often clients had a script run, by its text (until it is known) or by its hash; what a script calls counts apart.</summary>
    private static async Task<long> CallsAsync(ConnectionMultiplexer admin) =>
        (await admin.GetServers()[0].InfoAsync("commandstats")).Single()
            .Where(static pair => pair.Key is "cmdstat_eval" or "cmdstat_evalsha")
            .Sum(static pair => long.Parse(pair.Value.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture));
}

/// <summary>The driver redis-cluster.</summary>
public sealed class RedisClusterRateLimiterTests(RedisClusterStoreDeployment store, ITestOutputHelper output)
    : SharedRateLimiterConformance(store, output), IClassFixture<RedisClusterStoreDeployment>;

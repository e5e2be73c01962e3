using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.RateLimiting;
using Xunit;

namespace Sockudo.Tests.Unit.RateLimiting;

public sealed class MemoryRateLimiterTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_hundred_hits_of_one_moment_count_a_hundred_and_the_next_window_begins_anew()
    {
        var limiter = new MemoryRateLimiter(100, TimeSpan.FromSeconds(60), _time);
        for (var i = 0; i < 100; i++) Assert.True((await HitAsync(limiter)).Allowed);
        Assert.False((await HitAsync(limiter)).Allowed);

        _time.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(99, (await HitAsync(limiter)).Remaining);
    }

    [Fact]
    public async Task Keys_whose_window_is_over_are_forgotten()
    {
        var limiter = new MemoryRateLimiter(1, TimeSpan.FromSeconds(60), _time);
        for (var i = 0; i < 1000; i++) await limiter.HitAsync($"10.0.0.{i}", TestContext.Current.CancellationToken);
        Assert.Equal(1000, limiter.Count);

        _time.Advance(TimeSpan.FromSeconds(60));
        limiter.RemoveExpired();

        Assert.Equal(0, limiter.Count);
    }

    private static ValueTask<RateLimitLease> HitAsync(MemoryRateLimiter limiter) => limiter.HitAsync("10.0.0.1", TestContext.Current.CancellationToken);

    [Fact]
    public async Task Whoever_has_many_addresses_fills_no_memory_and_escapes_no_limit()
    {
        const int Room = 1000;
        var limiter = new MemoryRateLimiter(5, TimeSpan.FromSeconds(60), _time, Room * MemoryRateLimiter.WindowBytes);
        for (var i = 0; i < Room; i++) await limiter.HitAsync($"known-{i}", CancellationToken.None);

        var admitted = 0;
        for (var i = 0; i < 200_000; i++)
        {
            if ((await limiter.HitAsync($"new-{i}", CancellationToken.None)).Allowed) admitted++;
        }

        Assert.InRange(limiter.Count, Room, Room + MemoryRateLimiter.SharedWindows);
        Assert.InRange(admitted, 1, 5 * MemoryRateLimiter.SharedWindows);
        Assert.Equal(3, (await limiter.HitAsync("known-7", CancellationToken.None)).Remaining);
        _time.Advance(TimeSpan.FromSeconds(60));
        limiter.RemoveExpired();
        Assert.Equal(0, limiter.Count);
        Assert.Equal(4, (await limiter.HitAsync("new-1", CancellationToken.None)).Remaining);
    }
}

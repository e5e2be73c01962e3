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
}

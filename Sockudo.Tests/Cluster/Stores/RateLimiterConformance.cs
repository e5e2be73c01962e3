using Sockudo.Server.RateLimiting;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>What every limiter promises (IRateLimiter), whichever node a hit comes to.</summary>
public abstract class RateLimiterConformance
{
    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The limiters of two nodes with one limit; twice the same one where nothing is shared.</summary>
    internal abstract Task<(IRateLimiter One, IRateLimiter Other)> TwoNodesAsync(int limit, TimeSpan window);

    /// <summary>Waits until something is true after a time; a clock that stands still is moved.</summary>
    protected abstract Task PassedAsync(TimeSpan time, Func<Task<bool>> isTrue);

    [Fact]
    public async Task Hits_are_admitted_up_to_the_limit_and_told_how_many_remain()
    {
        var (one, other) = await TwoNodesAsync(3, TimeSpan.FromSeconds(60));

        var leases = new List<RateLimitLease>();
        foreach (var limiter in new[] { one, other, one, other }) leases.Add(await limiter.HitAsync("203.0.113.7", Cancelled));

        Assert.Equal([(true, 2), (true, 1), (true, 0), (false, 0)], leases.Select(static lease => (lease.Allowed, lease.Remaining)));
        Assert.All(leases, static lease => Assert.Equal((3, false), (lease.Limit, lease.IsUnavailable)));
        Assert.All(leases, static lease => Assert.InRange(lease.ResetSeconds, 1, 60));
    }

    [Fact]
    public async Task Each_key_has_its_own_window()
    {
        var (one, other) = await TwoNodesAsync(1, TimeSpan.FromSeconds(60));
        await one.HitAsync("203.0.113.7", Cancelled);

        Assert.True((await other.HitAsync("203.0.113.8", Cancelled)).Allowed);
        Assert.False((await other.HitAsync("203.0.113.7", Cancelled)).Allowed);
    }

    [Fact]
    public async Task After_the_window_hits_are_admitted_again()
    {
        var window = TimeSpan.FromSeconds(1);
        var (one, other) = await TwoNodesAsync(2, window);
        await one.HitAsync("203.0.113.7", Cancelled);
        await one.HitAsync("203.0.113.7", Cancelled);

        await PassedAsync(window, async () => (await other.HitAsync("203.0.113.7", Cancelled)).Allowed);
    }

    [Fact]
    public async Task Of_many_hits_of_one_moment_exactly_the_limit_is_admitted()
    {
        var (one, other) = await TwoNodesAsync(25, TimeSpan.FromSeconds(60));

        var leases = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () => await (i % 2 == 0 ? one : other).HitAsync("203.0.113.7", Cancelled))));

        Assert.Equal(25, leases.Count(static lease => lease.Allowed));
    }
}

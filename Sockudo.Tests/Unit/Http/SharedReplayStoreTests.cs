using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Caching;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>Replay protection of several nodes with one cache.</summary>
public sealed class SharedReplayStoreTests
{
    private const string Signature = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_one_node_took_is_refused_by_another()
    {
        var cache = new StoreCache(new FakeTimeProvider(Start));
        Assert.Equal(ReplayVerdict.First, await TakeAsync(Store(cache)));
        Assert.Equal(ReplayVerdict.Replayed, await TakeAsync(Store(cache)));
    }

    [Fact]
    public async Task Without_a_shared_cache_each_node_refuses_what_it_took_itself()
    {
        var cache = new LocalCache(10, new FakeTimeProvider(Start));
        var here = Store(cache);
        Assert.Equal(ReplayVerdict.First, await TakeAsync(here));
        Assert.Equal(ReplayVerdict.Replayed, await TakeAsync(here));
        Assert.Equal(ReplayVerdict.First, await TakeAsync(Store(cache)));
    }

    [Fact]
    public async Task A_node_whose_clock_is_behind_takes_nothing_that_the_stores_clock_has_forgotten()
    {
        var clock = new FakeTimeProvider(Start);
        var cache = new StoreCache(clock);
        await TakeAsync(Store(cache));
        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(ReplayVerdict.Expired, await TakeAsync(Store(cache)));
    }

    private static SharedReplayStore Store(ICache cache) => new(new MemoryReplayStore(10 * MemoryReplayStore.MarkBytes), cache);

    private static ValueTask<ReplayVerdict> TakeAsync(SharedReplayStore store) => store.TryAddAsync(ApiHost.App, Signature, Start.AddMinutes(10), Start);
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Caching;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>Replay protection of several nodes with one cache.</summary>
public sealed class SharedReplayStoreTests
{
    private const string Signature = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task What_one_node_took_is_refused_by_another()
    {
        var cache = new OneCache { IsShared = true };
        Assert.Equal(ReplayVerdict.First, await TakeAsync(Store(cache)));
        Assert.Equal(ReplayVerdict.Replayed, await TakeAsync(Store(cache)));
    }

    [Fact]
    public async Task Without_a_shared_cache_each_node_refuses_what_it_took_itself()
    {
        var cache = new OneCache { IsShared = false };
        var here = Store(cache);
        Assert.Equal(ReplayVerdict.First, await TakeAsync(here));
        Assert.Equal(ReplayVerdict.Replayed, await TakeAsync(here));
        Assert.Equal(ReplayVerdict.First, await TakeAsync(Store(cache)));
    }

    private static SharedReplayStore Store(ICache cache) => new(new MemoryReplayStore(10, new FakeTimeProvider()), cache);

    private static ValueTask<ReplayVerdict> TakeAsync(SharedReplayStore store) =>
        store.TryAddAsync(Signature, TimeSpan.FromMinutes(10), TestContext.Current.CancellationToken);

    private sealed class OneCache : ICache
    {
        private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _values = new();

        public bool IsShared { get; init; }

        public bool IsAway => false;

        public ValueTask<CachedValue?> GetAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
            ValueTask.FromResult(_values.TryAdd(key, value));

        public ValueTask RemoveAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void PostNewest(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive) => throw new NotSupportedException();
    }
}

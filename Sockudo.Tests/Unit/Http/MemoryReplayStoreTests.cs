using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class MemoryReplayStoreTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_key_is_new_again_when_its_time_is_over()
    {
        var store = new MemoryReplayStore(10, _time);
        var key = Key(1);
        var verdicts = new List<ReplayVerdict> { await AddAsync(store, key, 2), await AddAsync(store, key, 2) };
        _time.Advance(TimeSpan.FromSeconds(2));
        verdicts.Add(await AddAsync(store, key, 2));

        Assert.Equal([ReplayVerdict.First, ReplayVerdict.Replayed, ReplayVerdict.First], verdicts);
    }

    [Fact]
    public async Task It_holds_so_many_keys_and_forgets_none_for_another()
    {
        var store = new MemoryReplayStore(100, _time);
        for (var i = 0; i < 100; i++) Assert.Equal(ReplayVerdict.First, await AddAsync(store, Key(i), 600));

        Assert.Equal(ReplayVerdict.Full, await AddAsync(store, Key(100), 600));
        Assert.Equal(ReplayVerdict.Replayed, await AddAsync(store, Key(0), 600));
        Assert.Equal(100, store.Count);
    }

    [Fact]
    public async Task Keys_that_are_over_make_room_in_whatever_order_they_came()
    {
        var store = new MemoryReplayStore(100, _time);
        for (var i = 0; i < 100; i++) await AddAsync(store, Key(i), i % 2 == 0 ? 1000 : 10);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ReplayVerdict.First, await AddAsync(store, Key(100), 600));
        Assert.Equal(51, store.Count);
    }

    private static ValueTask<ReplayVerdict> AddAsync(MemoryReplayStore store, string key, int seconds) =>
        store.TryAddAsync(key, TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

    private static string Key(int number) => Convert.ToHexStringLower(HMACSHA256.HashData("secret"u8, BitConverter.GetBytes(number)));
}

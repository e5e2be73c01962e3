using System.Security.Cryptography;
using Sockudo.Server.Apps;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class MemoryReplayStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_signature_is_new_once_and_after_its_end_it_is_over()
    {
        var store = Room(10);
        Assert.Equal(ReplayVerdict.First, await AddAsync(store, 1, end: 2, now: 0));
        Assert.Equal(ReplayVerdict.Replayed, await AddAsync(store, 1, end: 2, now: 1));
        Assert.Equal(ReplayVerdict.Expired, await AddAsync(store, 1, end: 2, now: 2));
        Assert.Equal(ReplayVerdict.Expired, await AddAsync(store, 1, end: 2, now: 900));
    }

    [Fact]
    public async Task What_is_over_when_it_comes_is_not_taken() => Assert.Equal(ReplayVerdict.Expired, await AddAsync(Room(10), 1, end: 5, now: 5));

    [Fact]
    public async Task Who_read_the_clock_before_the_signature_was_dropped_is_refused()
    {
        var store = Room(10);
        await AddAsync(store, 1, end: 10, now: 0);
        await AddAsync(store, 2, end: 600, now: 11);

        Assert.Equal(ReplayVerdict.Expired, await AddAsync(store, 1, end: 10, now: 9));
    }

    [Fact]
    public async Task A_full_app_is_refused_and_no_signature_forgotten_for_another()
    {
        var store = Room(100);
        for (var i = 0; i < 50; i++) Assert.Equal(ReplayVerdict.First, await AddAsync(store, i, end: 600, now: 0));

        Assert.Equal(ReplayVerdict.Full, await AddAsync(store, 50, end: 600, now: 0));
        Assert.Equal(ReplayVerdict.Replayed, await AddAsync(store, 0, end: 600, now: 0));
        Assert.Equal(50, store.Count);
    }

    [Fact]
    public async Task What_one_app_fills_another_does_not_lose()
    {
        var store = Room(100);
        while (await AddAsync(store, store.Count, end: 600, now: 0) == ReplayVerdict.First)
        {
        }

        Assert.Equal(ReplayVerdict.First, await AddAsync(store, 1_000, end: 600, now: 0, ApiHost.Other));
    }

    [Fact]
    public async Task What_is_over_makes_room_in_whatever_order_it_came()
    {
        var store = Room(100);
        for (var i = 0; i < 50; i++) await AddAsync(store, i, i % 2 == 0 ? 1000 : 10, now: 0);

        Assert.Equal(ReplayVerdict.First, await AddAsync(store, 100, end: 600, now: 10));
        Assert.Equal(26, store.Count);
    }

    private static MemoryReplayStore Room(int signatures) => new((long)signatures * MemoryReplayStore.MarkBytes);

    private static ValueTask<ReplayVerdict> AddAsync(MemoryReplayStore store, int number, int end, int now, App? app = null) =>
        store.TryAddAsync(app ?? ApiHost.App, Key(number), Start.AddSeconds(end), Start.AddSeconds(now));

    private static string Key(int number) => Convert.ToHexStringLower(HMACSHA256.HashData("secret"u8, BitConverter.GetBytes(number)));
}

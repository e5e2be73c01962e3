using System.Text;
using Sockudo.Server.Caching;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>What every cache promises (ICache), whichever node asks.</summary>
public abstract class CacheConformance
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The caches of two nodes; twice the same one where nothing is shared.</summary>
    internal abstract Task<(ICache One, ICache Other)> TwoNodesAsync();

    /// <summary>Waits until something is over after a time; a clock that stands still is moved.</summary>
    protected abstract Task PassedAsync(TimeSpan time, Func<Task<bool>> isOver);

    [Fact]
    public async Task What_one_node_set_every_node_reads_with_its_time_to_live()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("app:shop:channel:cache-prices:\n\"é\" {x}");
        byte[] value = [0, 255, 10, 13, .. "é"u8];

        await one.SetAsync(key, value, Long, Cancelled);

        foreach (var cache in new[] { one, other })
        {
            var read = await cache.GetAsync(key, Cancelled);
            Assert.Equal(value, read!.Value.ToArray());
            Assert.InRange(read.TimeToLive, Long - TimeSpan.FromMinutes(1), Long);
        }
    }

    [Fact]
    public async Task A_second_value_replaces_the_first()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("replaced");
        await one.SetAsync(key, "first"u8.ToArray(), Long, Cancelled);
        await other.SetAsync(key, "second"u8.ToArray(), Long, Cancelled);

        Assert.Equal("second", await TextAsync(one, key));
    }

    [Fact]
    public async Task A_key_nobody_set_has_no_value() => Assert.Null(await TextAsync((await TwoNodesAsync()).One, Key("nobody")));

    [Fact]
    public async Task A_value_is_gone_when_its_own_time_is_over()
    {
        var (one, other) = await TwoNodesAsync();
        var (brief, lasting) = (Key("brief"), Key("lasting"));
        await one.SetAsync(lasting, "stays"u8.ToArray(), Long, Cancelled);
        await one.SetAsync(brief, "goes"u8.ToArray(), Short, Cancelled);

        await PassedAsync(Short, async () => await other.GetAsync(brief, Cancelled) is null && await one.GetAsync(brief, Cancelled) is null);

        Assert.Equal("stays", await TextAsync(other, lasting));
    }

    [Fact]
    public async Task Of_many_who_add_a_key_one_succeeds()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("nonce");

        var added = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(async () => await (i % 2 == 0 ? one : other).TryAddAsync(key, "1"u8.ToArray(), Long, Cancelled))));

        Assert.Equal(1, added.Count(static isAdded => isAdded));
    }

    [Fact]
    public async Task A_key_can_be_added_again_when_its_time_is_over()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("nonce");
        Assert.True(await one.TryAddAsync(key, "1"u8.ToArray(), Short, Cancelled));

        await PassedAsync(Short, async () => await other.TryAddAsync(key, "2"u8.ToArray(), Long, Cancelled));

        Assert.Equal("2", await TextAsync(one, key));
    }

    [Fact]
    public async Task A_removed_key_has_no_value_and_can_be_added()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("removed");
        await one.SetAsync(key, "1"u8.ToArray(), Long, Cancelled);
        await one.RemoveAsync(key, Cancelled);

        Assert.Null(await TextAsync(one, key));
        Assert.True(await other.TryAddAsync(key, "2"u8.ToArray(), Long, Cancelled));
    }

    [Fact]
    public async Task A_posted_value_arrives_and_an_older_one_never_replaces_it()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("last-event");
        var newer = ValueVersion.Prepend(2_000, 7, """{"event":"newer"}"""u8);
        one.PostNewest(key, newer, Long);
        await ReadsAsync(other, key, newer);

        other.PostNewest(key, ValueVersion.Prepend(1_999, 9, """{"event":"older"}"""u8), Long);
        other.PostNewest(key + "-marker", ValueVersion.Prepend(1, 1, "{}"u8), Long);
        await PassedAsync(TimeSpan.Zero, async () => await one.GetAsync(key + "-marker", Cancelled) is not null);

        await ReadsAsync(one, key, newer);
        var newest = ValueVersion.Prepend(2_000, 8, """{"event":"a tie goes to the greater writer"}"""u8);
        other.PostNewest(key, newest, Long);
        await ReadsAsync(one, key, newest);
    }

    protected static string Key(string name) => $"{name}:{Guid.NewGuid():N}";

    protected static async Task<string?> TextAsync(object cache, string key) =>
        await ((ICache)cache).GetAsync(key, Cancelled) is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    private Task ReadsAsync(ICache cache, string key, byte[] expected) =>
        PassedAsync(TimeSpan.Zero, async () => (await cache.GetAsync(key, Cancelled))?.Value.Span.SequenceEqual(expected) == true);
}

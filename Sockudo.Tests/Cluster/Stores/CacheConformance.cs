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
        await one.RemoveAsync(key, "1"u8.ToArray(), Cancelled);

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
        var marker = key with { Text = key.Text + "-marker" };
        other.PostNewest(marker, ValueVersion.Prepend(1, 1, "{}"u8), Long);
        await PassedAsync(TimeSpan.Zero, async () => await one.GetAsync(marker, Cancelled) is not null);

        await ReadsAsync(one, key, newer);
        var newest = ValueVersion.Prepend(2_000, 8, """{"event":"a tie goes to the greater writer"}"""u8);
        other.PostNewest(key, newest, Long);
        await ReadsAsync(one, key, newest);
    }

    [Fact]
    public async Task Who_goes_away_while_he_adds_a_key_takes_nothing_from_who_has_it()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("taken");
        Assert.True(await one.TryAddAsync(key, "theirs"u8.ToArray(), Long, Cancelled));

        using var aborted = new CancellationTokenSource();
        await DelayedAsync(async () =>
        {
            var added = other.TryAddAsync(key, "mine"u8.ToArray(), Long, aborted.Token).AsTask();
            await aborted.CancelAsync();
            try
            {
                Assert.False(await added);
            }
            catch (OperationCanceledException)
            {
                // The store had not answered yet.
            }
        });
        await SettledAsync();

        Assert.Equal("theirs", await TextAsync(one, key));
        Assert.Equal("theirs", await TextAsync(other, key));
        Assert.False(await other.TryAddAsync(key, "mine"u8.ToArray(), Long, Cancelled));
    }

    [Fact]
    public async Task Who_goes_away_while_he_adds_a_free_key_leaves_it_taken()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("unknown");

        using var aborted = new CancellationTokenSource();
        await DelayedAsync(async () =>
        {
            var added = other.TryAddAsync(key, "mine"u8.ToArray(), Long, aborted.Token).AsTask();
            await aborted.CancelAsync();
            await added.ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        await SettledAsync();

        Assert.False(await one.TryAddAsync(key, "another's"u8.ToArray(), Long, Cancelled));
        Assert.Equal("mine", await TextAsync(one, key));
    }

    [Fact]
    public async Task A_key_is_removed_by_its_own_value_alone()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("proof");
        Assert.True(await one.TryAddAsync(key, "theirs"u8.ToArray(), Long, Cancelled));

        await other.RemoveAsync(key, "mine"u8.ToArray(), Cancelled);

        Assert.Equal("theirs", await TextAsync(one, key));
        await one.RemoveAsync(key, "theirs"u8.ToArray(), Cancelled);
        Assert.Null(await TextAsync(other, key));
    }

    [Fact]
    public async Task A_value_is_replaced_by_who_knows_it_or_where_there_is_none()
    {
        var (one, other) = await TwoNodesAsync();
        var key = Key("claim");
        Assert.True(await one.TryAddAsync(key, "one's"u8.ToArray(), Long, Cancelled));

        Assert.False(await other.ReplaceAsync(key, "other's"u8.ToArray(), "stolen"u8.ToArray(), Long, Cancelled));
        Assert.Equal("one's", await TextAsync(other, key));
        Assert.True(await one.ReplaceAsync(key, "one's"u8.ToArray(), "answer"u8.ToArray(), Long, Cancelled));
        Assert.Equal("answer", await TextAsync(other, key));
        Assert.True(await other.ReplaceAsync(Key("free"), "gone"u8.ToArray(), "answer"u8.ToArray(), Long, Cancelled));
    }

    [Fact]
    public async Task A_key_is_taken_once_until_an_end_and_never_after_it()
    {
        var (one, other) = await TwoNodesAsync();
        var (key, end) = (Key("until"), Now + Short);

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () => await (i % 2 == 0 ? one : other).TryTakeUntilAsync(key, end, Cancelled))));

        Assert.Equal((1, 19), (taken.Count(static claim => claim == CacheClaim.Taken), taken.Count(static claim => claim == CacheClaim.Held)));
        await PassedAsync(Short, async () => await other.TryTakeUntilAsync(key, end, Cancelled) == CacheClaim.Over);
        Assert.Equal(CacheClaim.Over, await one.TryTakeUntilAsync(key, end, Cancelled));
        Assert.Equal(CacheClaim.Over, await other.TryTakeUntilAsync(Key("late"), end, Cancelled));
    }

    /// <summary>What the caches' clock says.</summary>
    protected abstract DateTimeOffset Now { get; }

    /// <summary>Runs something while what is asked of the store takes a while to come back.</summary>
    protected virtual Task DelayedAsync(Func<Task> action) => action();

    /// <summary>Waits until nothing is under way to the store.</summary>
    protected virtual Task SettledAsync() => Task.CompletedTask;

    internal static CacheKey Key(string name) => new("shop", $"{name}:{Guid.NewGuid():N}");

    internal static async Task<string?> TextAsync(ICache cache, CacheKey key) =>
        await cache.GetAsync(key, Cancelled) is { } found ? Encoding.UTF8.GetString(found.Value.Span) : null;

    private Task ReadsAsync(ICache cache, CacheKey key, byte[] expected) =>
        PassedAsync(TimeSpan.Zero, async () => (await cache.GetAsync(key, Cancelled))?.Value.Span.SequenceEqual(expected) == true);
}

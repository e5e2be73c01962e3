using System.Text;
using Sockudo.Server.Caching;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Channels;

/// <summary>A cache channel whose last event may be in a cache that answers later: nobody waits for it, and order holds.</summary>
public sealed class SharedLastEventTests : IDisposable
{
    private const string Channel = "cache-prices";
    private const string Succeeded = "pusher_internal:subscription_succeeded";

    private readonly HeldCache _shared = new();
    private readonly Node _node;

    public SharedLastEventTests() => _node = new Node(sharedCache: _shared);

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_subscriber_is_answered_before_the_shared_cache_is_and_gets_the_event_afterwards()
    {
        var client = _node.Connect().Quietly().Subscribe(Channel);
        Assert.Equal([Succeeded], client.NewEvents);

        _shared.Answer.SetResult(Stored(5, """{"event":"changed","channel":"cache-prices","data":"12"}"""));

        var news = new List<string>();
        await Eventually.TrueAsync(() => Task.FromResult(Take(client, news) > 0), "the last event");
        Assert.Equal(["""{"event":"changed","channel":"cache-prices","data":"12"}"""], news);
    }

    [Fact]
    public async Task Everybody_who_came_meanwhile_is_told_a_miss_when_there_is_none_and_it_is_asked_for_once()
    {
        var clients = Enumerable.Range(0, 3).Select(_ => _node.Connect().Quietly().Subscribe(Channel)).ToArray();
        foreach (var client in clients) Assert.Equal([Succeeded], client.NewEvents);

        _shared.Answer.SetResult(null);

        foreach (var client in clients)
        {
            var news = new List<string>();
            await Eventually.TrueAsync(() => Task.FromResult(Take(client, news) > 0), "the miss");
            Assert.Contains("pusher:cache_miss", Assert.Single(news), StringComparison.Ordinal);
        }

        Assert.Equal([Succeeded, "pusher:cache_miss"], _node.Connect().Quietly().Subscribe(Channel).NewEvents);
        Assert.Equal(1, _shared.Asked);
    }

    [Fact]
    public async Task What_is_published_meanwhile_is_the_last_event_and_no_older_one_follows_it()
    {
        var client = _node.Connect().Quietly().Subscribe(Channel);
        _node.Publish(Channel, "changed", "13");
        Assert.Equal([Succeeded, "changed"], client.NewEvents);

        _shared.Answer.SetResult(Stored(5, """{"event":"changed","channel":"cache-prices","data":"12"}"""));
        await Eventually.TrueAsync(() => Task.FromResult(_node.Connect().Quietly().Subscribe(Channel).News is [_, var last] && last.Contains("\"13\"", StringComparison.Ordinal)), "the load to end");

        Assert.Empty(client.News);
    }

    [Fact]
    public async Task Who_left_meanwhile_is_told_nothing()
    {
        var (gone, stays) = (_node.Connect().Quietly().Subscribe(Channel), _node.Connect().Quietly().Subscribe(Channel));
        gone.Unsubscribe(Channel).Quietly();
        stays.Quietly();

        _shared.Answer.SetResult(null);
        await Eventually.TrueAsync(() => Task.FromResult(stays.News.Length > 0), "the miss");

        Assert.Empty(gone.News);
    }

    [Fact]
    public void While_the_shared_cache_is_away_a_miss_is_told_at_once()
    {
        _shared.IsAway = true;

        Assert.Equal([Succeeded, "pusher:cache_miss"], _node.Connect().Quietly().Subscribe(Channel).NewEvents);
    }

    [Fact]
    public void A_published_event_goes_to_the_shared_cache_with_a_later_stamp_each_time()
    {
        _node.Publish(Channel, "changed", "1");
        _node.Publish(Channel, "changed", "2");

        Assert.Equal(2, _shared.Posted.Count);
        Assert.Equal("app:app-id:channel:cache-prices:cache_miss", _shared.Posted[0].Key.Text.Replace(Harness.TestApps.Default.Id, "app-id", StringComparison.Ordinal));
        Assert.True(ValueVersion.IsOlder(_shared.Posted[0].Value.Span, _shared.Posted[1].Value.Span));
        Assert.Equal("""{"event":"changed","channel":"cache-prices","data":"2"}""", Encoding.UTF8.GetString(ValueVersion.Split(_shared.Posted[1].Value.Span, out _, out _)));
    }

    private static int Take(TestClient client, List<string> news)
    {
        news.AddRange(client.News);
        return news.Count;
    }

    private static CachedValue Stored(long time, string json) => new(ValueVersion.Prepend(time, 1, Encoding.UTF8.GetBytes(json)), TimeSpan.FromMinutes(5));

    /// <summary>A shared cache that answers when the test says so.</summary>
    private sealed class HeldCache : ICache
    {
        private int _asked;

        public TaskCompletionSource<CachedValue?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<(CacheKey Key, ReadOnlyMemory<byte> Value)> Posted { get; } = [];

        public int Asked => _asked;

        public bool IsShared => true;

        public bool IsAway { get; set; }

        public async ValueTask<CachedValue?> GetAsync(CacheKey key, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            return await Answer.Task;
        }

        public bool PostNewest(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive)
        {
            Posted.Add((key, value));
            return true;
        }

        public ValueTask SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> TryAddAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<CacheClaim> TryTakeUntilAsync(CacheKey key, DateTimeOffset end, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<bool> ReplaceAsync(
            CacheKey key, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask RemoveAsync(CacheKey key, ReadOnlyMemory<byte> expected, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

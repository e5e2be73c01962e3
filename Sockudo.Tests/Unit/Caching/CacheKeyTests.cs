using Sockudo.Server.Caching;
using Xunit;

namespace Sockudo.Tests.Unit.Caching;

/// <summary>The keys of apps in a store that all of them use.</summary>
public sealed class CacheKeyTests
{
    [Fact]
    public void The_keys_of_ordinary_ids_are_the_originals() =>
        Assert.Equal("app:shop-1_a.b@é:channel:cache-prices:cache_miss", CacheKey.OfApp("shop-1_a.b@é", "channel:cache-prices:cache_miss").Text);

    [Fact]
    public void No_two_apps_have_one_key_whatever_their_ids_are()
    {
        string[] pieces = ["a", ":", "%", "\n", "%3A", "channel:", "idempotency:", "\0", "3A", "app:"];
        var random = new Random(7);
        var keys = new Dictionary<string, (string App, string Ending)>(StringComparer.Ordinal);
        for (var i = 0; i < 50_000; i++)
        {
            var id = Text();
            var rest = "idempotency:" + Text();
            var key = CacheKey.OfApp(id, rest).Text;
            Assert.True(keys.TryAdd(key, (id, rest)) || keys[key] == (id, rest), $"two of {key}");
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(5)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}

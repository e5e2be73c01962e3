using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Xunit;

namespace Sockudo.Tests.Unit.Channels;

public sealed class ChannelRegistryTests(ITestOutputHelper output)
{
    private static readonly App Mine = new() { Id = "mine", Key = "k1", Secret = "s" };
    private static readonly App Other = new() { Id = "other", Key = "k2", Secret = "s" };

    private readonly ChannelRegistry _registry = new(new CachedEvents(new MemoryCache<CachedFrame>(10, new FakeTimeProvider())), NoObserver.Instance);

    [Fact]
    public void An_app_has_its_own_channels_only()
    {
        Add(Mine, "a");
        Add(Other, "a");
        Add(Other, "b");

        Assert.Equal(["a"], _registry.Of(Mine).Select(static channel => channel.Name.Value));
        Assert.Equal(3, _registry.All.Count());
    }

    [Fact]
    public void A_users_own_channel_is_in_no_list()
    {
        Add(Mine, "a");
        Add(Mine, "#server-to-user-ada");

        Assert.Equal(["a"], _registry.Of(Mine).Select(static channel => channel.Name.Value));
        Assert.Equal(["a"], _registry.Listed.Select(static channel => channel.Name.Value));
        Assert.Null(_registry.FindListed(Mine, "#server-to-user-ada"));
        Assert.NotNull(_registry.Find(Mine, "#server-to-user-ada"));
    }

    [Fact]
    public void What_was_forgotten_is_gone()
    {
        Add(Mine, "a");
        _registry.Forget(_registry.Find(Mine, "a")!);

        Assert.Null(_registry.Find(Mine, "a"));
        Assert.Empty(_registry.All);
    }

    [Fact]
    public void Listing_an_app_costs_nothing_of_another()
    {
        for (var i = 0; i < 20_000; i++) Add(Other, $"channel-{i}");
        Add(Mine, "a");
        var rounds = new TimeSpan[21];
        for (var i = 0; i < rounds.Length; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            Assert.Single(_registry.Of(Mine));
            rounds[i] = TimeProvider.System.GetElapsedTime(started);
        }

        // A walk of all channels takes a hundred times this.
        var median = rounds.Order().ElementAt(rounds.Length / 2);
        output.WriteLine($"A list beside 20,000 channels of another app takes {median.TotalMicroseconds:0.0} us.");
        Assert.InRange(median.TotalMicroseconds, 0, 200);
    }

    private void Add(App app, string name)
    {
        Assert.True(ChannelName.TryParse(name, 200, out var channel, out _));
        _registry.GetOrAdd(app, channel);
    }
}

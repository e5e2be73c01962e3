using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters;

/// <summary>What goes to and fro many times within the three seconds.</summary>
public sealed class FlappingTests
{
    private static readonly App Shop = new() { Id = "shop", Key = "k", Secret = "s" };

    [Fact]
    public void A_thing_that_goes_to_and_fro_is_kept_once_and_looked_at_a_bounded_number_of_times()
    {
        var most = 0;
        var outside = new OncePerCluster(new Ignored(), static (_, _) => true, new FakeTimeProvider());
        var channel = Name("news");
        for (var i = 0; i < 100_000; i++)
        {
            outside.ChannelOccupied(Shop, channel);
            outside.ChannelVacated(Shop, channel);
            most = Math.Max(most, outside.Looks);
        }

        Assert.Equal(1, outside.Pending);
        Assert.InRange(most, 1, OncePerCluster.SpareLooks + 2);
    }

    [Fact]
    public void A_look_that_is_left_behind_does_not_forget_what_happened_since()
    {
        var time = new FakeTimeProvider();
        var told = new Ignored();
        var outside = new OncePerCluster(told, static (_, _) => true, time);
        var channel = Name("news");
        outside.ChannelOccupied(Shop, channel);
        outside.ChannelVacated(Shop, channel);
        outside.ChannelOccupied(Shop, channel);
        time.Advance(TimeSpan.FromMilliseconds(10));
        outside.ChannelVacated(Shop, channel);

        // Now the first look is due; the channel comes back before the second is.
        time.Advance(TimeSpan.FromMilliseconds(OncePerCluster.LeaveDelayMs - 10));
        outside.TellDue();
        outside.ChannelOccupied(Shop, channel);
        time.Advance(TimeSpan.FromSeconds(10));
        outside.TellDue();

        Assert.Equal(["on"], told.Told);
    }

    private static ChannelName Name(string text)
    {
        Assert.True(ChannelName.TryParse(text, 200, out var name, out _));
        return name;
    }

    private sealed class Ignored : IOccupancyObserver
    {
        public List<string> Told { get; } = [];

        public void ChannelOccupied(App app, ChannelName channel) => Told.Add("on");

        public void ChannelVacated(App app, ChannelName channel) => Told.Add("off");

        public void MemberAdded(App app, ChannelName channel, string userId)
        {
        }

        public void MemberRemoved(App app, ChannelName channel, string userId)
        {
        }

        public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
        {
        }

        public void UserOnline(App app, string userId, bool isKnown)
        {
        }

        public void UserOffline(App app, string userId)
        {
        }
    }
}

using Sockudo.Server.Messaging;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Messaging;

public sealed class SubscriptionCountNotifierTests : IDisposable
{
    private readonly Node _node = new(new MessagingOptions { SubscriptionCountThreshold = 3, SubscriptionCountInterval = 5 });
    private readonly Server.Apps.App _app = TestApps.Default with { EnableSubscriptionCount = true };

    public void Dispose() => _node.Dispose();

    [Fact]
    public void Every_subscriber_is_told_each_new_count()
    {
        var first = Join();
        Join();
        Join().Unsubscribe("news");

        Assert.Equal([1, 2, 3, 2], Counts(first));
    }

    [Fact]
    public void A_subscriber_is_answered_before_it_is_told_the_count() =>
        Assert.Equal(["pusher_internal:subscription_succeeded", "pusher_internal:subscription_count"], _node.Connect(_app).Quietly().Subscribe("news").NewEvents);

    [Fact]
    public void Only_apps_that_opted_in_are_told() => Assert.Equal(["pusher_internal:subscription_succeeded"], _node.Connect().Quietly().Subscribe("news").NewEvents);

    [Fact]
    public void Presence_channels_are_told_of_members_instead() =>
        Assert.Equal(["pusher_internal:subscription_succeeded"], _node.Connect(_app).Quietly().Join("presence-room", "7").NewEvents);

    [Fact]
    public void A_users_channel_has_no_count() =>
        Assert.Equal(["pusher_internal:subscription_succeeded"], _node.Connect(_app).SignIn("7").Quietly().Subscribe("#server-to-user-7").NewEvents);

    [Fact]
    public void Above_the_threshold_counts_are_spaced_and_the_last_is_told()
    {
        var first = Join();
        for (var i = 0; i < 9; i++) Join();
        Assert.Equal([1, 2, 3, 4], Counts(first));
        _node.Time.Advance(TimeSpan.FromSeconds(4.9));
        _node.SubscriptionCounts.SendDue();
        Assert.Empty(Counts(first));
        _node.Time.Advance(TimeSpan.FromSeconds(0.1));
        _node.SubscriptionCounts.SendDue();

        Assert.Equal([10], Counts(first));
    }

    [Fact]
    public void After_a_held_back_count_the_next_waits_again()
    {
        var first = Join();
        for (var i = 0; i < 9; i++) Join();
        _node.Time.Advance(TimeSpan.FromSeconds(5));
        _node.SubscriptionCounts.SendDue();
        _ = Counts(first);
        Join();
        _node.Time.Advance(TimeSpan.FromSeconds(4));
        _node.SubscriptionCounts.SendDue();

        Assert.Empty(Counts(first));
    }

    [Fact]
    public void After_a_quiet_interval_the_next_count_is_told_at_once()
    {
        var first = Join();
        for (var i = 0; i < 3; i++) Join();
        _node.Time.Advance(TimeSpan.FromSeconds(5));
        _node.SubscriptionCounts.SendDue();
        _ = Counts(first);
        Join();

        Assert.Equal([5], Counts(first));
    }

    [Fact]
    public void A_channel_that_is_gone_is_not_kept()
    {
        var channel = FillAndEmpty();
        _node.Time.Advance(TimeSpan.FromSeconds(5));
        _node.SubscriptionCounts.SendDue();
        _node.Time.Advance(TimeSpan.FromSeconds(5));
        _node.SubscriptionCounts.SendDue();
        GC.Collect();

        Assert.False(channel.IsAlive);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private WeakReference FillAndEmpty()
    {
        var clients = Enumerable.Range(0, 6).Select(_ => Join()).ToArray();
        var channel = new WeakReference(_node.Channels.Find(_app, "news"));
        foreach (var client in clients) client.Disconnect();
        return channel;
    }

    private TestClient Join() => _node.Connect(_app).Quietly().Subscribe("news");

    private static int[] Counts(TestClient client) =>
        [.. client.News.Where(static text => text.Contains("subscription_count", StringComparison.Ordinal)).Select(static text => TestClient.Data(text).GetProperty("subscription_count").GetInt32())];
}

using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Channels;

/// <summary>One channel as its subscribers see it.</summary>
public sealed class ChannelTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_subscriber_is_answered_and_gets_what_comes_next()
    {
        var client = _node.Connect().Quietly().Subscribe("news");
        _node.Publish("news", "story", "hello");

        Assert.Equal(
            ["""{"event":"pusher_internal:subscription_succeeded","channel":"news","data":"{}"}""", """{"event":"story","channel":"news","data":"hello"}"""],
            client.News);
    }

    [Fact]
    public void A_second_subscription_is_answered_again_and_delivers_once()
    {
        var client = _node.Connect().Subscribe("news").Quietly().Subscribe("news");
        _node.Publish("news", "story", "hello");

        Assert.Equal(["pusher_internal:subscription_succeeded", "story"], client.NewEvents);
        Assert.Equal(1, client.Connection.Metrics.Subscriptions["public"].Value);
    }

    [Fact]
    public void Who_cannot_be_answered_is_not_subscribed()
    {
        _node.Connect().Join("presence-room", "ada");
        Assert.True(ChannelName.TryParse("presence-room", 200, out var name, out _));
        var channel = _node.Channels.GetOrAdd(_node.Connect().Connection.App, name);

        // No door lets such an info in; it stands for whatever keeps the answer from being written.
        Record.Exception(() => channel.SetMemberElsewhere(new RemoteNode(7), new PresenceMember("mallory", []), default, 1, isQuiet: true));
        var late = _node.Connect();
        Assert.ThrowsAny<Exception>(() => channel.Subscribe(late.Connection, new PresenceMember("eve", "{}"u8.ToArray()), null));

        Assert.Empty(late.Connection.Subscriptions);
        Assert.Equal(1, channel.LocalSubscriptionCount);
        Assert.DoesNotContain("eve", channel.UserIds());
    }

    [Fact]
    public void After_unsubscribing_nothing_comes()
    {
        var client = _node.Connect().Subscribe("news").Quietly().Unsubscribe("news");
        _node.Publish("news", "story", "hello");

        Assert.Empty(client.News);
    }

    [Fact]
    public void An_excluded_socket_gets_nothing_and_the_others_do()
    {
        var (excluded, other) = (_node.Connect().Subscribe("news").Quietly(), _node.Connect().Subscribe("news").Quietly());
        _node.Publish("news", "story", "hello", except: excluded.Connection.Id);

        Assert.Empty(excluded.News);
        Assert.Single(other.News);
    }

    [Fact]
    public void A_member_sees_itself_in_its_first_list()
    {
        var client = _node.Connect().Quietly().Join("presence-room", "7", """{"name":"Ann"}""");
        var presence = TestClient.Data(Assert.Single(client.News)).GetProperty("presence");

        Assert.Equal(("""["7"]""", """{"7":{"name":"Ann"}}""", 1), (presence.GetProperty("ids").GetRawText(), presence.GetProperty("hash").GetRawText(), presence.GetProperty("count").GetInt32()));
    }

    [Fact]
    public void Others_learn_of_a_users_first_and_last_connection_only()
    {
        var watcher = _node.Connect().Join("presence-room", "1").Quietly();
        var first = _node.Connect().Join("presence-room", "7");
        var second = _node.Connect().Join("presence-room", "7");
        first.Unsubscribe("presence-room");
        second.Unsubscribe("presence-room");

        Assert.Equal(
            [
                """{"event":"pusher_internal:member_added","channel":"presence-room","data":"{\"user_id\":\"7\",\"user_info\":{}}"}""",
                """{"event":"pusher_internal:member_removed","channel":"presence-room","data":"{\"user_id\":\"7\"}"}""",
            ],
            watcher.News);
    }

    [Fact]
    public void A_users_second_socket_is_not_told_of_the_user_itself()
    {
        _node.Connect().Join("presence-room", "7");

        Assert.Equal(["pusher_internal:subscription_succeeded"], _node.Connect().Quietly().Join("presence-room", "7").NewEvents);
    }

    [Fact]
    public void A_socket_that_joins_again_as_another_user_changes_the_members()
    {
        var watcher = _node.Connect().Join("presence-room", "1").Quietly();
        var client = _node.Connect().Join("presence-room", "7").Quietly();
        _ = watcher.News;
        client.Join("presence-room", "8");

        Assert.Equal(["pusher_internal:member_removed", "pusher_internal:member_added"], watcher.NewEvents);
        Assert.Equal(["1", "8"], _node.Adapter.Members(client.App, "presence-room").Order());
        Assert.Equal(2, _node.Adapter.Occupancy(client.App, "presence-room").SubscriptionCount);
    }

    [Fact]
    public void A_socket_that_joins_again_as_itself_stays_one_connection_of_its_user()
    {
        var client = _node.Connect().Join("presence-room", "7").Join("presence-room", "7", """{"name":"Ann"}""");
        client.Unsubscribe("presence-room");

        Assert.Empty(_node.Adapter.Members(client.App, "presence-room"));
        Assert.Empty(_node.Channels.All);
    }

    [Fact]
    public void A_full_presence_channel_refuses_another_user_but_not_another_socket_of_a_member()
    {
        var app = TestApps.Default with { MaxPresenceMembersPerChannel = 1 };
        _node.Connect(app).Join("presence-room", "7");

        Assert.Equal(["pusher_internal:subscription_succeeded"], _node.Connect(app).Quietly().Join("presence-room", "7").NewEvents);
        Assert.Equal(["pusher:subscription_error", "pusher:error"], _node.Connect(app).Quietly().Join("presence-room", "8").NewEvents);
    }

    [Fact]
    public void A_refused_member_leaves_no_trace()
    {
        var app = TestApps.Default with { MaxPresenceMembersPerChannel = 0 };
        var client = _node.Connect(app).Join("presence-room", "7");

        Assert.Empty(_node.Channels.All);
        Assert.Empty(client.Connection.Subscriptions);
    }

    [Fact]
    public void A_cache_channel_without_an_event_says_so()
    {
        Assert.Equal(["pusher_internal:subscription_succeeded", "pusher:cache_miss"], _node.Connect().Quietly().Subscribe("cache-news").NewEvents);
    }

    [Fact]
    public void A_cache_channel_repeats_its_last_event()
    {
        _node.Publish("cache-news", "story", "one");
        _node.Publish("cache-news", "story", "two");

        Assert.Equal("""{"event":"story","channel":"cache-news","data":"two"}""", _node.Connect().Quietly().Subscribe("cache-news").News[1]);
    }

    [Fact]
    public void A_cached_event_lives_as_long_as_the_app_says()
    {
        var app = TestApps.Default with { CacheTtlSeconds = 10 };
        _node.Publish("cache-news", "story", "one", app: app);
        _node.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.Contains("pusher:cache_miss", _node.Connect(app).Quietly().Subscribe("cache-news").NewEvents);
    }

    [Fact]
    public void Publishing_to_an_empty_cache_channel_leaves_no_channel()
    {
        _node.Publish("cache-news", "story", "one");

        Assert.Empty(_node.Channels.All);
    }

    [Fact]
    public void A_presence_cache_channel_is_both()
    {
        _node.Publish("presence-cache-room", "story", "one");
        var client = _node.Connect().Quietly().Join("presence-cache-room", "7");

        Assert.Equal(["pusher_internal:subscription_succeeded", "story"], client.NewEvents);
        Assert.Equal(["7"], _node.Adapter.Members(client.App, "presence-cache-room"));
    }

    [Fact]
    public void Transitions_are_observed_in_order()
    {
        var client = _node.Connect().Join("presence-room", "7");
        client.Unsubscribe("presence-room");

        Assert.Equal(
            ["added presence-room 7", "occupied presence-room", "count presence-room 1", "removed presence-room 7", "count presence-room 0", "vacated presence-room"],
            _node.Occupancy.Entries);
    }

    [Fact]
    public void Channels_of_two_apps_with_one_name_are_two()
    {
        App other = TestApps.Default with { Id = "other", Key = "other-key" };
        var client = _node.Connect(other).Subscribe("news").Quietly();
        _node.Publish("news", "story", "hello");

        Assert.Empty(client.News);
    }
}

using Sockudo.Server.Protocol;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters;

public sealed class LocalAdapterTests : IDisposable
{
    private readonly Node _node = new();

    public void Dispose() => _node.Dispose();

    [Fact]
    public void A_socket_that_goes_leaves_nothing_behind()
    {
        var client = _node.Connect().Subscribe("news").Subscribe("private-a").Join("presence-room", "7").SignIn("7", "8", "9").Subscribe("#server-to-user-7").Subscribe("cache-x");
        client.Disconnect();

        Assert.Empty(_node.Channels.All);
        Assert.Equal(0, _node.Connections.Count);
        Assert.Equal(0, _node.Connections.For(client.App).UserCount);
        Assert.Empty(client.Connection.Subscriptions);
        Assert.Empty(client.Connection.Watchlist);
    }

    [Fact]
    public void Every_subscription_that_ends_with_the_socket_is_counted()
    {
        var client = _node.Connect().Subscribe("news").Subscribe("private-a");
        client.Disconnect();

        Assert.Equal((1, 1), (client.Connection.Metrics.Unsubscriptions["public"].Value, client.Connection.Metrics.Unsubscriptions["private"].Value));
    }

    [Fact]
    public void The_others_see_a_member_go_with_its_socket()
    {
        var watcher = _node.Connect().Join("presence-room", "1");
        var client = _node.Connect().Join("presence-room", "7");
        _ = watcher.News;
        client.Disconnect();

        Assert.Equal(["pusher_internal:member_removed"], watcher.NewEvents);
    }

    [Fact]
    public void A_users_channel_reaches_every_socket_of_the_user_and_no_other()
    {
        var (first, second, other) = (_node.Connect().SignIn("7").Quietly(), _node.Connect().SignIn("7").Quietly(), _node.Connect().SignIn("8").Quietly());
        _node.Publish("#server-to-user-7", "note", "hi", except: second.Connection.Id);

        Assert.Equal(["note"], first.NewEvents);
        Assert.Empty(second.News);
        Assert.Empty(other.News);
    }

    [Fact]
    public void A_socket_that_signs_in_anew_belongs_to_the_new_user_only()
    {
        var client = _node.Connect().SignIn("7").SignIn("8").Quietly();
        _node.Publish("#server-to-user-7", "old", "hi");
        _node.Publish("#server-to-user-8", "new", "hi");

        Assert.Equal(["new"], client.NewEvents);
        Assert.Equal(["online 7", "offline 7", "online 8"], _node.Occupancy.Entries);
    }

    [Fact]
    public void Signing_in_twice_as_one_user_is_one_user_on_one_socket()
    {
        var client = _node.Connect().SignIn("7").SignIn("7").Quietly();
        _node.Publish("#server-to-user-7", "note", "hi");
        Assert.Equal(["note"], client.NewEvents);
        client.Disconnect();

        Assert.Equal(["online 7", "offline 7"], _node.Occupancy.Entries);
    }

    [Fact]
    public void Closing_a_user_closes_each_of_its_sockets_with_the_reason()
    {
        TestClient[] clients = [_node.Connect().SignIn("7"), _node.Connect().SignIn("7")];
        var other = _node.Connect().SignIn("8");

        Assert.Equal(2, _node.Adapter.CloseUser(TestApps.Default, "7", new PusherError(ErrorCode.Unauthorized, "terminated")));
        Assert.All(clients, static client => Assert.Equal(4009, client.CloseFrame!.CloseCode));
        Assert.Null(other.CloseFrame);
    }

    [Fact]
    public void Counts_are_those_of_the_app()
    {
        _node.Connect();
        _node.Connect();
        _node.Connect(TestApps.Default with { Id = "other" });

        Assert.Equal(2, _node.Adapter.ConnectionCount(TestApps.Default));
    }

    [Theory]
    [InlineData("", "news,presence-room,private-a")]
    [InlineData("pr", "presence-room,private-a")]
    [InlineData("presence-", "presence-room")]
    [InlineData("none", "")]
    public void Channels_are_listed_by_prefix(string prefix, string channels)
    {
        _node.Connect().Subscribe("news").Subscribe("private-a").Join("presence-room", "7");
        _node.Connect(TestApps.Default with { Id = "other" }).Subscribe("presence-not-ours");

        Assert.Equal(channels, string.Join(',', _node.Adapter.Channels(TestApps.Default, prefix).Select(static c => c.Channel).Order()));
    }

    [Fact]
    public void An_occupancy_counts_subscriptions_and_users_apart()
    {
        _node.Connect().Join("presence-room", "7");
        _node.Connect().Join("presence-room", "7");
        var occupancy = _node.Adapter.Occupancy(TestApps.Default, "presence-room");

        Assert.Equal((true, 2, 1), (occupancy.IsOccupied, occupancy.SubscriptionCount, occupancy.UserCount));
        Assert.False(_node.Adapter.Occupancy(TestApps.Default, "elsewhere").IsOccupied);
    }

    [Fact]
    public void The_last_event_of_a_cache_channel_is_its_JSON_with_the_time_left()
    {
        _node.Publish("cache-x", "story", "one");
        _node.Time.Advance(TimeSpan.FromSeconds(600));
        var last = _node.Adapter.LastEvent(TestApps.Default, "cache-x");

        Assert.Equal("""{"event":"story","channel":"cache-x","data":"one"}""", System.Text.Encoding.UTF8.GetString(last!.Json.Span));
        Assert.Equal(3000, last.TimeToLive.TotalSeconds);
    }

    [Fact]
    public void Client_events_are_no_last_event()
    {
        var client = _node.Connect().Subscribe("private-a");
        client.Say("""{"event":"client-x","channel":"private-a","data":{}}""");

        Assert.Null(_node.Adapter.LastEvent(TestApps.Default, "private-a"));
    }
}

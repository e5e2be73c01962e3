using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Client events on the wire: what receivers get, and every refusal.</summary>
public sealed class ClientEventTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Theory]
    [InlineData("""{"who":"ada"}""", """{"who":"ada"}""")]
    [InlineData("""[1,2]""", """[1,2]""")]
    [InlineData("""7""", """7""")]
    [InlineData("\"plain text\"", "\"plain text\"")]
    [InlineData("""
        "{\"who\":\"ada\"}"
        """, """
        "{\"who\":\"ada\"}"
        """)]
    [InlineData("""
        "é < + \" 🎉"
        """, """
        "é < + \" 🎉"
        """)]
    public async Task Data_reaches_the_others_as_it_was_sent(string sent, string received)
    {
        var channel = Unique("private-chat");
        var (sender, other) = await PairAsync(channel);
        await sender.SendTextAsync($$"""{"event":"client-typing","channel":"{{channel}}","data":{{sent}}}""");
        Assert.Equal(
            $$"""{"event":"client-typing","channel":"{{channel}}","data":{{received}}}""", (await other.WaitForAsync("client-typing", channel)).Raw);
    }

    [Fact]
    public async Task On_a_presence_channel_the_senders_user_id_stands_beside_the_data()
    {
        var channel = Unique("presence-chat");
        var sender = await ConnectAsync();
        await sender.JoinAsync(channel, "7");
        var other = await ConnectAsync();
        await other.JoinAsync(channel, "8");
        await sender.SendAsync("client-typing", new JsonObject(), channel);
        Assert.Equal("7", (await other.WaitForAsync("client-typing", channel)).UserId);
    }

    [Fact]
    public async Task On_a_private_channel_there_is_no_user_id()
    {
        var channel = Unique("private-chat");
        var (sender, other) = await PairAsync(channel);
        await sender.SendAsync("client-typing", new JsonObject(), channel);
        Assert.Null((await other.WaitForAsync("client-typing", channel)).UserId);
    }

    [Fact]
    public async Task A_user_id_a_client_writes_itself_is_not_passed_on()
    {
        var channel = Unique("private-chat");
        var (sender, other) = await PairAsync(channel);
        await sender.SendTextAsync($$"""{"event":"client-typing","channel":"{{channel}}","data":{},"user_id":"admin"}""");
        Assert.Null((await other.WaitForAsync("client-typing", channel)).UserId);
    }

    [Fact]
    public async Task The_sender_does_not_get_its_own_event()
    {
        var channel = Unique("private-chat");
        var (sender, other) = await PairAsync(channel);
        await sender.SendAsync("client-typing", new JsonObject(), channel);
        await other.WaitForAsync("client-typing", channel);
        Assert.Empty(await sender.FenceAsync());
    }

    [Fact]
    public async Task Events_of_one_sender_arrive_in_their_order()
    {
        var channel = Unique("private-chat");
        var (sender, other) = await PairAsync(channel);
        for (var n = 0; n < 100; n++)
            await sender.SendAsync("client-count", n, channel);
        for (var n = 0; n < 100; n++)
            Assert.Equal(n, (await other.NextAsync()).Data!.GetValue<int>());
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("cache-orders")]
    [InlineData("private-encrypted-orders")]
    [InlineData("private-encrypted-cache-orders")]
    public async Task Kinds_of_channels_without_client_events_refuse_them_with_4301(string kind)
    {
        var connection = await ConnectAsync();
        var channel = Unique(kind);
        await connection.SubscribeAsync(channel, kind.StartsWith("presence", StringComparison.Ordinal) ? """{"user_id":"1"}""" : null);
        await RefusedAsync(connection, channel, 4301);
    }

    [Fact]
    public async Task One_who_is_not_on_the_channel_is_refused_with_4301() =>
        await RefusedAsync(await ConnectAsync(), Unique("private-chat"), 4301);

    [Fact]
    public async Task One_who_has_left_the_channel_is_refused_with_4301()
    {
        var connection = await ConnectAsync();
        var channel = Unique("private-chat");
        await connection.SubscribeAsync(channel);
        await connection.UnsubscribeAsync(channel);
        await RefusedAsync(connection, channel, 4301);
    }

    [Fact]
    public async Task An_event_that_was_refused_reaches_nobody()
    {
        var channel = Unique("private-chat");
        var member = await ConnectAsync();
        await member.SubscribeAsync(channel);
        await RefusedAsync(await ConnectAsync(), channel, 4301);
        Assert.Empty(await member.FenceAsync());
    }

    [Fact]
    public async Task An_app_without_client_events_refuses_them_with_4301()
    {
        var connection = await ConnectAsync(TestApps.NoClientEvents);
        var channel = Unique("private-chat");
        await connection.SubscribeAsync(channel);
        await RefusedAsync(connection, channel, 4301);
    }

    [Fact]
    public async Task An_event_without_a_channel_is_refused_with_4301()
    {
        var connection = await ConnectAsync();
        await connection.SendAsync("client-typing", new JsonObject());
        Assert.Equal(4301, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task The_third_event_in_a_second_is_refused_where_two_are_allowed()
    {
        var connection = await ConnectAsync(TestApps.TwoClientEventsPerSecond);
        var channel = Unique("private-chat");
        await connection.SubscribeAsync(channel);
        for (var n = 0; n < 3; n++)
            await connection.SendAsync("client-typing", new JsonObject(), channel);
        Assert.Equal(4301, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task The_limit_of_events_is_a_sockets_own()
    {
        var channel = Unique("private-chat");
        var (one, other) = (await ConnectAsync(TestApps.TwoClientEventsPerSecond), await ConnectAsync(TestApps.TwoClientEventsPerSecond));
        foreach (var connection in new[] { one, other })
        {
            await connection.SubscribeAsync(channel);
            await connection.SendAsync("client-a", new JsonObject(), channel);
            await connection.SendAsync("client-b", new JsonObject(), channel);
        }

        Assert.DoesNotContain(await other.FenceAsync(), received => received.Name == "pusher:error");
    }

    [Fact]
    public async Task A_name_above_the_apps_limit_is_refused_with_4000()
    {
        var connection = await ConnectAsync(TestApps.Limited);
        var channel = Unique("private")[..20];
        await connection.SubscribeAsync(channel);
        await connection.SendAsync("client-too-long", new JsonObject(), channel);
        Assert.Equal(4000, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task Data_above_the_apps_limit_is_refused_with_4301()
    {
        var connection = await ConnectAsync(TestApps.Limited);
        var channel = Unique("private")[..20];
        await connection.SubscribeAsync(channel);
        await connection.SendAsync("client-a", new string('x', 1025), channel);
        Assert.Equal(4301, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task A_client_event_is_not_the_last_event_of_a_cache()
    {
        var connection = await ConnectAsync();
        var channel = Unique("private-cache-chat");
        await connection.SubscribeAsync(channel);
        await connection.SendAsync("client-typing", new JsonObject(), channel);
        Assert.DoesNotContain(await connection.FenceAsync(), static told => told.Name == "pusher:error");
        var later = await ConnectAsync();
        await later.SubscribeAsync(channel);
        await later.WaitForAsync("pusher:cache_miss", channel);
    }

    private static async Task RefusedAsync(PusherConnection connection, string channel, int code)
    {
        await connection.SendAsync("client-typing", new JsonObject(), channel);
        Assert.Equal(code, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    private async Task<(PusherConnection Sender, PusherConnection Other)> PairAsync(string channel)
    {
        var (sender, other) = (await ConnectAsync(), await ConnectAsync());
        await sender.SubscribeAsync(channel);
        await other.SubscribeAsync(channel);
        return (sender, other);
    }
}

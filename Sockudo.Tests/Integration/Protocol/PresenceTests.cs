using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Presence on the wire: exact shapes, the order of member events, limits.</summary>
public sealed class PresenceTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Fact]
    public async Task Success_lists_ids_infos_and_count_in_a_string()
    {
        var connection = await ConnectAsync();
        var succeeded = await connection.JoinAsync(Unique("presence-room"), "1", new JsonObject { ["name"] = "Ada" });
        Assert.Equal("""{"presence":{"ids":["1"],"hash":{"1":{"name":"Ada"}},"count":1}}""", succeeded.DataString);
    }

    [Fact]
    public async Task A_member_without_info_has_an_empty_object()
    {
        var connection = await ConnectAsync();
        var succeeded = await connection.JoinAsync(Unique("presence-room"), "1");
        Assert.Equal("""{"1":{}}""", succeeded.DataJson!["presence"]!["hash"]!.ToJsonString());
    }

    [Fact]
    public async Task Member_added_has_id_and_info_in_a_string()
    {
        var channel = Unique("presence-room");
        var ada = await ConnectAsync();
        await ada.JoinAsync(channel, "1");
        await (await ConnectAsync()).JoinAsync(channel, "2", new JsonObject { ["name"] = "Grace" });
        Assert.Equal(
            """{"user_id":"2","user_info":{"name":"Grace"}}""", (await ada.WaitForAsync("pusher_internal:member_added", channel)).DataString);
    }

    [Fact]
    public async Task Member_removed_has_the_id_in_a_string()
    {
        var channel = Unique("presence-room");
        var ada = await ConnectAsync();
        await ada.JoinAsync(channel, "1");
        var grace = await ConnectAsync();
        await grace.JoinAsync(channel, "2");
        await grace.UnsubscribeAsync(channel);
        Assert.Equal("""{"user_id":"2"}""", (await ada.WaitForAsync("pusher_internal:member_removed", channel)).DataString);
    }

    [Fact]
    public async Task A_member_whose_connection_is_reset_is_removed()
    {
        var channel = Unique("presence-room");
        var ada = await ConnectAsync();
        await ada.JoinAsync(channel, "1");
        var grace = await ConnectAsync();
        await grace.JoinAsync(channel, "2");
        grace.Socket.Reset();
        await ada.WaitForAsync("pusher_internal:member_removed", channel);
    }

    [Fact]
    public async Task A_member_is_not_told_of_itself()
    {
        var ada = await ConnectAsync();
        await ada.JoinAsync(Unique("presence-room"), "1");
        Assert.Empty(await ada.FenceAsync());
    }

    [Fact]
    public async Task A_second_subscribe_of_the_same_socket_announces_nobody()
    {
        var channel = Unique("presence-room");
        var ada = await ConnectAsync();
        await ada.JoinAsync(channel, "1");
        var grace = await ConnectAsync();
        await grace.JoinAsync(channel, "2");
        await grace.JoinAsync(channel, "2");
        await ada.WaitForAsync("pusher_internal:member_added", channel);
        Assert.Empty(await ada.FenceAsync());
    }

    [Fact]
    public async Task A_number_for_a_user_id_is_taken_as_its_digits()
    {
        var connection = await ConnectAsync();
        var succeeded = await connection.SubscribeAsync(Unique("presence-room"), """{"user_id":42}""");
        Assert.Equal("""["42"]""", succeeded.DataJson!["presence"]!["ids"]!.ToJsonString());
    }

    [Fact]
    public async Task Info_passes_as_it_was_written()
    {
        const string info = """{"name":"Grüße <é>","list":[1,2.50,null],"n":1e3}""";
        var connection = await ConnectAsync();
        var succeeded = await connection.SubscribeAsync(Unique("presence-room"), $$$"""{"user_id":"1","user_info":{{{info}}}}""");
        Assert.Contains(info, succeeded.DataString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"user_id":""}""")]
    [InlineData("""{"user_id":null}""")]
    [InlineData("""{"user_id":{"a":1}}""")]
    [InlineData("""{"user_info":{}}""")]
    public async Task Channel_data_without_a_user_id_is_refused(string channelData)
    {
        var connection = await ConnectAsync();
        var channel = Unique("presence-room");
        await connection.SendSubscribeAsync(channel, channelData);
        await connection.WaitForAsync("pusher:subscription_error", channel);
        Assert.Equal(4000, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Theory]
    [InlineData("presence-room")]
    [InlineData("presence-cache-room")]
    public async Task A_subscribe_without_channel_data_is_an_error_and_the_connection_goes_on(string kind)
    {
        var connection = await ConnectAsync();
        var channel = Unique(kind);
        await connection.SendSubscribeAsync(channel);
        await connection.WaitForAsync("pusher:subscription_error", channel);
        await connection.SubscribeAsync(Unique("orders"));
    }

    [Fact]
    public async Task Data_as_a_string_joins_a_presence_cache_channel_with_a_member()
    {
        var connection = await ConnectAsync();
        var channel = Unique("presence-cache-room");
        const string member = """{"user_id":"1"}""";
        await connection.SendAsync("pusher:subscribe", new JsonObject
        {
            ["channel"] = channel,
            ["auth"] = PusherAuth.Channel(TestApps.Demo, connection.SocketId, channel, member),
            ["channel_data"] = member,
        }.ToJsonString());
        var succeeded = await connection.WaitForAsync("pusher_internal:subscription_succeeded", channel);
        Assert.Equal(1, succeeded.DataJson!["presence"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_full_channel_is_refused_with_4100()
    {
        var channel = ShortName();
        await (await ConnectAsync(TestApps.Limited)).JoinAsync(channel, "1");
        await (await ConnectAsync(TestApps.Limited)).JoinAsync(channel, "2");
        Assert.Equal(4100, await RefusedAsync(channel, """{"user_id":"3"}"""));
    }

    [Fact]
    public async Task A_member_of_a_full_channel_may_join_with_another_socket()
    {
        var channel = ShortName();
        await (await ConnectAsync(TestApps.Limited)).JoinAsync(channel, "1");
        await (await ConnectAsync(TestApps.Limited)).JoinAsync(channel, "2");
        await (await ConnectAsync(TestApps.Limited)).JoinAsync(channel, "2");
    }

    [Fact]
    public async Task A_place_that_became_free_can_be_taken()
    {
        var channel = ShortName();
        var ada = await ConnectAsync(TestApps.Limited);
        await ada.JoinAsync(channel, "1");
        var grace = await ConnectAsync(TestApps.Limited);
        await grace.JoinAsync(channel, "2");
        await grace.UnsubscribeAsync(channel);
        await grace.FenceAsync();
        await (await ConnectAsync(TestApps.Limited)).JoinAsync(channel, "3");
    }

    [Fact]
    public async Task Info_above_the_limit_is_refused_with_4300() =>
        Assert.Equal(4300, await RefusedAsync(ShortName(), $$$"""{"user_id":"1","user_info":{"a":"{{{new string('x', 1017)}}}"}}"""));

    [Fact]
    public async Task Info_of_exactly_a_kibibyte_fits_a_limit_of_one()
    {
        var connection = await ConnectAsync(TestApps.Limited);
        await connection.SubscribeAsync(ShortName(), $$$"""{"user_id":"1","user_info":"{{{new string('x', 1022)}}}"}""");
    }

    private static string ShortName() => Unique("presence")[..20];

    private async Task<int> RefusedAsync(string channel, string channelData)
    {
        var connection = await ConnectAsync(TestApps.Limited);
        await connection.SendSubscribeAsync(channel, channelData);
        await connection.WaitForAsync("pusher:subscription_error", channel);
        return (await connection.WaitForAsync("pusher:error")).ErrorCode;
    }
}

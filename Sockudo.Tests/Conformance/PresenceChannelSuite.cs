using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>pusher-js on presence channels: its member list, and the events that keep it.</summary>
public abstract class PresenceChannelSuite(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    [Fact]
    public async Task A_member_finds_itself_in_the_list()
    {
        var ada = await ConnectClientAsync(identity: Identity.User("1", "Ada"));
        var channel = Unique("presence-room");
        await ada.SubscribeAsync(channel);
        Assert.Equal("""{"id":"1","info":{"name":"Ada"}}""", (await MembersAsync(ada, channel))["me"]!.ToJsonString());
    }

    [Fact]
    public async Task A_member_that_comes_second_finds_both_in_the_list()
    {
        var channel = Unique("presence-room");
        await (await ConnectClientAsync(identity: Identity.User("1", "Ada"))).SubscribeAsync(channel);
        var grace = await ConnectClientAsync(identity: Identity.User("2", "Grace"));
        await grace.SubscribeAsync(channel);
        Assert.Equal("""{"1":{"name":"Ada"},"2":{"name":"Grace"}}""", (await MembersAsync(grace, channel))["members"]!.ToJsonString());
    }

    [Fact]
    public async Task The_count_is_the_number_of_members()
    {
        var channel = Unique("presence-room");
        await (await ConnectClientAsync(identity: Identity.User("1", "Ada"))).SubscribeAsync(channel);
        var grace = await ConnectClientAsync(identity: Identity.User("2", "Grace"));
        await grace.SubscribeAsync(channel);
        Assert.Equal(2, (await MembersAsync(grace, channel))["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_new_member_is_announced_with_id_and_info()
    {
        var channel = Unique("presence-room");
        var ada = await ConnectClientAsync(identity: Identity.User("1", "Ada"));
        await ada.SubscribeAsync(channel);
        await (await ConnectClientAsync(identity: Identity.User("2", "Grace"))).SubscribeAsync(channel);
        Assert.Equal(
            """{"id":"2","info":{"name":"Grace"}}""", (await ada.EventAsync(channel, "pusher:member_added")).Data!.ToJsonString());
    }

    [Fact]
    public async Task A_member_that_unsubscribes_is_announced_as_gone()
    {
        var channel = Unique("presence-room");
        var (ada, grace) = await TwoMembersAsync(channel);
        await grace.CallAsync("unsubscribe", new() { ["channel"] = channel });
        Assert.Equal("2", (await ada.EventAsync(channel, "pusher:member_removed")).Data!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_member_that_disconnects_is_announced_as_gone()
    {
        var channel = Unique("presence-room");
        var (ada, grace) = await TwoMembersAsync(channel);
        await grace.CallAsync("disconnect");
        Assert.Equal("2", (await ada.EventAsync(channel, "pusher:member_removed")).Data!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_member_that_is_gone_is_out_of_the_list()
    {
        var channel = Unique("presence-room");
        var (ada, grace) = await TwoMembersAsync(channel);
        await grace.CallAsync("disconnect");
        await ada.EventAsync(channel, "pusher:member_removed");
        Assert.Equal("""{"1":{"name":"Ada"}}""", (await MembersAsync(ada, channel))["members"]!.ToJsonString());
    }

    [Fact]
    public async Task A_second_connection_of_a_member_is_not_announced()
    {
        var channel = Unique("presence-room");
        var (ada, _) = await TwoMembersAsync(channel);
        await ada.EventAsync(channel, "pusher:member_added");
        await (await ConnectClientAsync(identity: Identity.User("2", "Grace"))).SubscribeAsync(channel);
        await ada.FenceAsync();
        Assert.Single(ada.Received, received => received.Name == "pusher:member_added");
    }

    [Fact]
    public async Task A_second_connection_of_a_member_is_not_counted()
    {
        var channel = Unique("presence-room");
        await TwoMembersAsync(channel);
        var second = await ConnectClientAsync(identity: Identity.User("2", "Grace"));
        await second.SubscribeAsync(channel);
        Assert.Equal(2, (await MembersAsync(second, channel))["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_member_with_one_connection_left_is_not_announced_as_gone()
    {
        var channel = Unique("presence-room");
        var (ada, grace) = await TwoMembersAsync(channel);
        var second = await ConnectClientAsync(identity: Identity.User("2", "Grace"));
        await second.SubscribeAsync(channel);
        await grace.CallAsync("unsubscribe", new() { ["channel"] = channel });
        await grace.FenceAsync();
        await ada.FenceAsync();
        Assert.DoesNotContain(ada.Received, received => received.Name == "pusher:member_removed");
    }

    [Fact]
    public async Task A_client_event_tells_who_sent_it()
    {
        var channel = Unique("presence-room");
        var (ada, grace) = await TwoMembersAsync(channel);
        await ada.CallAsync("bind", new() { ["channel"] = channel, ["event"] = "client-wave" });
        await grace.CallAsync("trigger", new() { ["channel"] = channel, ["event"] = "client-wave", ["data"] = new JsonObject() });
        Assert.Equal("2", (await ada.EventAsync(channel, "bound client-wave")).Metadata!["user_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_event_that_was_triggered_reaches_a_member()
    {
        var ada = await ConnectClientAsync(identity: Identity.User("1", "Ada"));
        var channel = Unique("presence-room");
        await ada.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "news", new JsonObject { ["n"] = 1 });
        await ada.EventAsync(channel, "news");
    }

    [Fact]
    public async Task A_channel_that_is_full_is_told_on_the_channel()
    {
        var channel = Unique("presence")[..20];
        await (await ConnectClientAsync(TestApps.Limited, Identity.User("1"))).SubscribeAsync(channel);
        await (await ConnectClientAsync(TestApps.Limited, Identity.User("2"))).SubscribeAsync(channel);
        var third = await ConnectClientAsync(TestApps.Limited, Identity.User("3"));
        await third.BeginSubscribeAsync(channel);
        await third.EventAsync(channel, "pusher:subscription_error");
        await third.ErrorAsync(4100);
    }

    private static async Task<JsonNode> MembersAsync(RealClient client, string channel) =>
        (await client.CallAsync("members", new() { ["channel"] = channel }))!;

    /// <summary>Ada (1) and Grace (2), both in the channel.</summary>
    private async Task<(RealClient Ada, RealClient Grace)> TwoMembersAsync(string channel)
    {
        var ada = await ConnectClientAsync(identity: Identity.User("1", "Ada"));
        await ada.SubscribeAsync(channel);
        var grace = await ConnectClientAsync(identity: Identity.User("2", "Grace"));
        await grace.SubscribeAsync(channel);
        return (ada, grace);
    }
}

public sealed class PresenceChannelsInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : PresenceChannelSuite(ClientHost.Node, shared, clients, output);

public sealed class PresenceChannelsInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : PresenceChannelSuite(ClientHost.Chromium, shared, clients, output);

using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>pusher-js on public channels, published to with the <c>pusher</c> SDK.</summary>
public abstract class PublicChannelSuite(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    [Fact]
    public async Task A_client_connects_and_has_a_socket_id_of_two_numbers()
    {
        var client = await StartClientAsync(TestApps.Demo);
        Assert.Matches(@"^\d+\.\d+$", await client.ConnectedAsync());
    }

    [Fact]
    public async Task A_subscription_succeeds()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("orders");
        await client.SubscribeAsync(channel);
        Assert.True((await client.CallAsync("channel", new() { ["channel"] = channel }))!["subscribed"]!.GetValue<bool>());
    }

    [Fact]
    public async Task An_object_that_was_triggered_arrives_as_that_object()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("orders");
        await client.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "placed", new JsonObject { ["id"] = 4711, ["lines"] = new JsonArray("a", "b") });
        Assert.Equal("""{"id":4711,"lines":["a","b"]}""", (await client.EventAsync(channel, "placed")).Data!.ToJsonString());
    }

    [Fact]
    public async Task A_text_that_was_triggered_arrives_unchanged()
    {
        const string text = "Grüße, 世界 🎉 <b>\"quoted\"</b> \\ \u2028 end";
        var client = await ConnectClientAsync();
        var channel = Unique("greetings");
        await client.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "said", text);
        Assert.Equal(text, (await client.EventAsync(channel, "said")).Data!.GetValue<string>());
    }

    [Fact]
    public async Task All_subscribers_of_a_channel_get_an_event()
    {
        var channel = Unique("orders");
        var (one, other) = (await ConnectClientAsync(), await ConnectClientAsync());
        await one.SubscribeAsync(channel);
        await other.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "placed", "1");
        await one.EventAsync(channel, "placed");
        await other.EventAsync(channel, "placed");
    }

    [Fact]
    public async Task The_socket_that_is_excluded_does_not_get_the_event()
    {
        var channel = Unique("orders");
        var sender = await StartClientAsync(TestApps.Demo);
        var socketId = await sender.ConnectedAsync();
        var other = await ConnectClientAsync();
        await sender.SubscribeAsync(channel);
        await other.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "placed", "1", new JsonObject { ["socket_id"] = socketId });
        await other.EventAsync(channel, "placed");
        await sender.FenceAsync();
        Assert.DoesNotContain(sender.Received, received => received.Name == "placed");
    }

    [Fact]
    public async Task One_trigger_reaches_each_of_its_channels()
    {
        var client = await ConnectClientAsync();
        var (north, south) = (Unique("north"), Unique("south"));
        await client.SubscribeAsync(north);
        await client.SubscribeAsync(south);
        await (await SdkAsync()).TriggerAsync([north, south], "storm", "near");
        await client.EventAsync(north, "storm");
        await client.EventAsync(south, "storm");
    }

    [Fact]
    public async Task A_batch_arrives_in_its_order()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("ticks");
        await client.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerBatchAsync(
            [.. Enumerable.Range(0, 10).Select(tick => new JsonObject { ["channel"] = channel, ["name"] = "tick", ["data"] = tick })]);
        await client.FenceAsync();
        Assert.Equal(Enumerable.Range(0, 10), Data(client, channel, "tick"));
    }

    [Fact]
    public async Task Events_of_one_publisher_arrive_in_their_order()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("ticks");
        await client.SubscribeAsync(channel);
        var sdk = await SdkAsync();
        for (var tick = 0; tick < 50; tick++)
            await sdk.TriggerAsync(channel, "tick", JsonValue.Create(tick));
        await client.FenceAsync();
        Assert.Equal(Enumerable.Range(0, 50), Data(client, channel, "tick"));
    }

    [Fact]
    public async Task After_an_unsubscribe_nothing_more_arrives()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("orders");
        await client.SubscribeAsync(channel);
        await client.CallAsync("unsubscribe", new() { ["channel"] = channel });
        await client.FenceAsync();
        var sdk = await SdkAsync();
        Assert.False((await sdk.GetAsync($"/channels/{channel}")).Json["occupied"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_channel_that_was_left_can_be_joined_again()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("orders");
        await client.SubscribeAsync(channel);
        await client.CallAsync("unsubscribe", new() { ["channel"] = channel });
        await client.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "placed", "1");
        await client.EventAsync(channel, "placed");
    }

    [Fact]
    public async Task Subscribers_are_told_their_count_when_the_app_wants_it()
    {
        var channel = Unique("audience");
        var first = await ConnectClientAsync(TestApps.SubscriptionCount);
        await first.SubscribeAsync(channel);
        var second = await ConnectClientAsync(TestApps.SubscriptionCount);
        await second.SubscribeAsync(channel);
        await first.EventAsync(channel, "pusher:subscription_count");
        while ((await first.CallAsync("channel", new() { ["channel"] = channel }))!["count"]!.GetValue<int>() != 2)
            await first.EventAsync(channel, "pusher:subscription_count");
    }

    [Fact]
    public async Task A_name_with_characters_no_channel_has_is_refused_on_that_channel()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("with space");
        await client.BeginSubscribeAsync(channel);
        await client.EventAsync(channel, "pusher:subscription_error");
        await client.ErrorAsync(4300);
    }

    private static IEnumerable<int> Data(RealClient client, string channel, string name) =>
        client.Received.Where(received => received.Source == channel && received.Name == name).Select(received => received.Data!.GetValue<int>());
}

public sealed class PublicChannelsInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : PublicChannelSuite(ClientHost.Node, shared, clients, output);

public sealed class PublicChannelsInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : PublicChannelSuite(ClientHost.Chromium, shared, clients, output);

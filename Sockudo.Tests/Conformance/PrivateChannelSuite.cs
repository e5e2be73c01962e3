using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>pusher-js on private and end-to-end encrypted channels, authorised by an endpoint made with the <c>pusher</c> SDK.</summary>
public abstract class PrivateChannelSuite(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    private static readonly Identity WrongSecret = new() { UserId = "mallory", WrongSecret = "guessed" };

    [Fact]
    public async Task A_private_channel_is_joined_with_the_endpoints_signature()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("private-orders");
        await client.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "placed", "1");
        await client.EventAsync(channel, "placed");
    }

    [Theory]
    [InlineData("private-orders")]
    [InlineData("private-encrypted-orders")]
    [InlineData("presence-room")]
    [InlineData("private-cache-orders")]
    [InlineData("private-encrypted-cache-orders")]
    [InlineData("presence-cache-room")]
    public async Task A_wrong_signature_is_told_on_the_channel(string prefix)
    {
        var client = await ConnectClientAsync(identity: WrongSecret);
        var channel = Unique(prefix);
        await client.BeginSubscribeAsync(channel);
        var error = await client.EventAsync(channel, "pusher:subscription_error");
        Assert.Equal("AuthError 401", $"{error.Data!["type"]} {error.Data["status"]}");
    }

    [Fact]
    public async Task A_wrong_signature_is_told_on_the_connection_too()
    {
        var client = await ConnectClientAsync(identity: WrongSecret);
        await client.BeginSubscribeAsync(Unique("private-orders"));
        await client.ErrorAsync(4009);
    }

    [Fact]
    public async Task A_wrong_signature_does_not_end_the_connection()
    {
        var client = await ConnectClientAsync(identity: WrongSecret);
        await client.BeginSubscribeAsync(Unique("private-orders"));
        await client.ErrorAsync(4009);
        await client.FenceAsync();
        Assert.Equal("connected", (await client.StateAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_client_whose_signature_was_wrong_gets_no_event()
    {
        var client = await ConnectClientAsync(identity: WrongSecret);
        var channel = Unique("private-orders");
        await client.BeginSubscribeAsync(channel);
        await client.EventAsync(channel, "pusher:subscription_error");
        await (await SdkAsync()).TriggerAsync(channel, "placed", "1");
        await client.FenceAsync();
        Assert.DoesNotContain(client.Received, received => received.Name == "placed");
    }

    [Fact]
    public async Task An_encrypted_event_is_decrypted_by_the_client()
    {
        var client = await ConnectClientAsync();
        var channel = Unique("private-encrypted-letters");
        await client.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "letter", new JsonObject { ["text"] = "für dich ♥" });
        Assert.Equal("für dich ♥", (await client.EventAsync(channel, "letter")).Data!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_encrypted_event_passes_the_server_as_ciphertext()
    {
        var channel = Unique("private-encrypted-letters");
        var observer = await ConnectAsync();
        await observer.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "letter", new JsonObject { ["text"] = "secret words" });
        var seen = await observer.WaitForAsync("letter", channel);
        Assert.Equal(["nonce", "ciphertext"], seen.DataJson!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task A_client_event_reaches_the_other_subscribers()
    {
        var channel = Unique("private-chat");
        var (sender, other) = (await ConnectClientAsync(), await ConnectClientAsync());
        await sender.SubscribeAsync(channel);
        await other.SubscribeAsync(channel);
        await TriggerAsync(sender, channel, "client-typing", new JsonObject { ["who"] = "ada" });
        Assert.Equal("""{"who":"ada"}""", (await other.EventAsync(channel, "client-typing")).Data!.ToJsonString());
    }

    [Fact]
    public async Task A_client_event_does_not_come_back_to_its_sender()
    {
        var channel = Unique("private-chat");
        var (sender, other) = (await ConnectClientAsync(), await ConnectClientAsync());
        await sender.SubscribeAsync(channel);
        await other.SubscribeAsync(channel);
        await TriggerAsync(sender, channel, "client-typing", []);
        await other.EventAsync(channel, "client-typing");
        await sender.FenceAsync();
        Assert.DoesNotContain(sender.Received, received => received.Name == "client-typing");
    }

    [Fact]
    public async Task Client_events_are_refused_when_the_app_has_them_off()
    {
        var client = await ConnectClientAsync(TestApps.NoClientEvents);
        var channel = Unique("private-chat");
        await client.SubscribeAsync(channel);
        await TriggerAsync(client, channel, "client-typing", []);
        await client.ErrorAsync(4301);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("private-encrypted-chat")]
    public async Task Client_events_are_refused_on_channels_that_have_none(string prefix)
    {
        var client = await ConnectClientAsync();
        var channel = Unique(prefix);
        await client.SubscribeAsync(channel);
        await SendAsync(client, channel);
        await client.ErrorAsync(4301);
    }

    [Fact]
    public async Task A_client_event_of_one_who_is_not_subscribed_is_refused()
    {
        var client = await ConnectClientAsync();
        await SendAsync(client, Unique("private-chat"));
        await client.ErrorAsync(4301);
    }

    private static Task TriggerAsync(RealClient client, string channel, string name, JsonObject data) =>
        client.CallAsync("trigger", new() { ["channel"] = channel, ["event"] = name, ["data"] = data });

    private static Task SendAsync(RealClient client, string channel) =>
        client.CallAsync("send", new() { ["channel"] = channel, ["event"] = "client-typing", ["data"] = new JsonObject() });
}

public sealed class PrivateChannelsInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : PrivateChannelSuite(ClientHost.Node, shared, clients, output);

public sealed class PrivateChannelsInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : PrivateChannelSuite(ClientHost.Chromium, shared, clients, output);

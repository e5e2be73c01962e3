using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>pusher-js signed in: events to a user, and what the backend can do to a user's connections.</summary>
public abstract class UserSuite(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    [Fact]
    public async Task A_client_signs_in_with_the_endpoints_signature()
    {
        var id = Unique("ada");
        var client = await ConnectClientAsync(TestApps.Users, Identity.User(id));
        Assert.Equal(id, (await client.CallAsync("signin"))!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_sign_in_with_a_wrong_signature_is_refused()
    {
        var client = await ConnectClientAsync(TestApps.Users, new Identity { UserId = "mallory", WrongSecret = "guessed" });
        // It never settles: pusher-js waits for a success.
        var signIn = client.CallAsync("signin");
        await client.ErrorAsync(4009);
        Assert.False(signIn.IsCompleted);
        await client.CallAsync("disconnect");
        await signIn;
    }

    [Fact]
    public async Task A_sign_in_is_refused_when_the_app_has_it_off()
    {
        var client = await ConnectClientAsync(TestApps.Demo, Identity.User("ada"));
        var signIn = client.CallAsync("signin");
        await client.ErrorAsync(4009);
        await client.CallAsync("disconnect");
        await signIn;
    }

    [Fact]
    public async Task An_event_to_a_user_reaches_the_signed_in_client()
    {
        var id = Unique("ada");
        var client = await SignedInAsync(id);
        await (await SdkAsync(TestApps.Users)).SendToUserAsync(id, "note", new JsonObject { ["text"] = "hello" });
        Assert.Equal("hello", (await client.EventAsync("user", "note")).Data!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_event_to_a_user_arrives_once()
    {
        var id = Unique("ada");
        var client = await SignedInAsync(id);
        // pusher-js subscribes to the user's channel besides: that must not make it two.
        await client.FenceAsync();
        await (await SdkAsync(TestApps.Users)).SendToUserAsync(id, "note", "1");
        await client.FenceAsync();
        Assert.Single(client.Received, received => received.Source == "user" && received.Name == "note");
    }

    [Fact]
    public async Task An_event_to_a_user_reaches_all_of_the_users_connections()
    {
        var id = Unique("ada");
        var (phone, laptop) = (await SignedInAsync(id), await SignedInAsync(id));
        await (await SdkAsync(TestApps.Users)).SendToUserAsync(id, "note", "1");
        await phone.EventAsync("user", "note");
        await laptop.EventAsync("user", "note");
    }

    [Fact]
    public async Task An_event_to_a_user_reaches_no_other_user()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        var (one, other) = (await SignedInAsync(ada), await SignedInAsync(grace));
        await (await SdkAsync(TestApps.Users)).SendToUserAsync(ada, "note", "1");
        await one.EventAsync("user", "note");
        await other.FenceAsync();
        Assert.DoesNotContain(other.Received, received => received.Name == "note");
    }

    [Fact]
    public async Task Another_users_channel_cannot_be_subscribed_to()
    {
        var id = Unique("ada");
        var mallory = await SignedInAsync(Unique("mallory"));
        // pusher-js itself refuses such a name.
        await mallory.CallAsync(
            "send", new() { ["event"] = "pusher:subscribe", ["data"] = new JsonObject { ["channel"] = $"#server-to-user-{id}", ["auth"] = "" } });
        await mallory.ErrorAsync(4009);
        await (await SdkAsync(TestApps.Users)).SendToUserAsync(id, "note", "1");
        await mallory.FenceAsync();
        Assert.DoesNotContain(mallory.Received, received => received.Name == "note");
    }

    [Fact]
    public async Task A_user_whose_connections_are_terminated_does_not_come_back()
    {
        var id = Unique("ada");
        var client = await SignedInAsync(id);
        await (await SdkAsync(TestApps.Users)).TerminateUserConnectionsAsync(id);
        await client.ErrorAsync(4009);
        await client.EventAsync("connection", "disconnected");
        Assert.False((await client.StateAsync())["retries"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Terminating_a_user_ends_all_of_the_users_connections()
    {
        var id = Unique("ada");
        var (phone, laptop) = (await SignedInAsync(id), await SignedInAsync(id));
        await (await SdkAsync(TestApps.Users)).TerminateUserConnectionsAsync(id);
        await phone.EventAsync("connection", "disconnected");
        await laptop.EventAsync("connection", "disconnected");
    }

    [Fact]
    public async Task Terminating_a_user_leaves_others_connected()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        var (one, other) = (await SignedInAsync(ada), await SignedInAsync(grace));
        await (await SdkAsync(TestApps.Users)).TerminateUserConnectionsAsync(ada);
        await one.EventAsync("connection", "disconnected");
        await other.FenceAsync();
        Assert.Equal("connected", (await other.StateAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_user_who_is_told_to_reconnect_comes_back_with_a_new_socket_id()
    {
        var id = Unique("ada");
        var client = await SignedInAsync(id);
        var before = (await client.StateAsync())["socket_id"]!.GetValue<string>();
        await (await SdkAsync(TestApps.Users)).PostAsync($"/users/{id}/force_reconnect", []);
        Assert.NotEqual(before, await client.ConnectedAsync());
    }

    [Fact]
    public async Task A_client_that_reconnects_has_its_channels_again()
    {
        var id = Unique("ada");
        var client = await SignedInAsync(id);
        var channel = Unique("private-orders");
        await client.SubscribeAsync(channel);
        var sdk = await SdkAsync(TestApps.Users);
        await sdk.PostAsync($"/users/{id}/force_reconnect", []);
        await client.EventAsync(channel, "pusher:subscription_succeeded");
        await sdk.TriggerAsync(channel, "placed", "1");
        await client.EventAsync(channel, "placed");
    }

    [Fact]
    public async Task A_client_that_reconnects_is_signed_in_again()
    {
        var id = Unique("ada");
        var client = await SignedInAsync(id);
        var sdk = await SdkAsync(TestApps.Users);
        await sdk.PostAsync($"/users/{id}/force_reconnect", []);
        await client.ConnectedAsync();
        await client.CallAsync("signin");
        await sdk.SendToUserAsync(id, "note", "1");
        await client.EventAsync("user", "note");
    }

    private async Task<RealClient> SignedInAsync(string id)
    {
        var client = await ConnectClientAsync(TestApps.Users, Identity.User(id));
        await client.CallAsync("signin");
        return client;
    }
}

public sealed class UsersInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : UserSuite(ClientHost.Node, shared, clients, output);

public sealed class UsersInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : UserSuite(ClientHost.Chromium, shared, clients, output);

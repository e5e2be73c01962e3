using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>laravel-echo 2.5 as a Laravel application uses it, with its two Pusher broadcasters.</summary>
public abstract class EchoSuite(string broadcaster, ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    [Fact]
    public async Task It_connects_and_knows_its_socket_id()
    {
        var echo = await ConnectAsync();
        var status = await echo.StatusAsync();
        Assert.Equal("connected", status["status"]!.GetValue<string>());
        Assert.Matches(@"^\d+\.\d+$", status["socket_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_hears_an_event_class_on_a_public_channel()
    {
        var echo = await ConnectAsync();
        var channel = Unique("orders");
        await echo.ListenAsync("public", channel, "OrderShipped");
        await (await SdkAsync()).TriggerAsync(channel, @"App\Events\OrderShipped", new JsonObject { ["id"] = 7 });
        Assert.Equal(7, (await echo.EventAsync(channel, "OrderShipped")).Data!["id"]!.GetValue<int>());
    }

    [Fact]
    public async Task It_hears_an_event_with_a_name_of_its_own()
    {
        var echo = await ConnectAsync();
        var channel = Unique("orders");
        await echo.ListenAsync("public", channel, ".order.shipped");
        await (await SdkAsync()).TriggerAsync(channel, "order.shipped", new JsonObject { ["id"] = 7 });
        await echo.EventAsync(channel, ".order.shipped");
    }

    [Fact]
    public async Task It_hears_events_of_a_private_channel()
    {
        var echo = await ConnectAsync();
        var channel = Unique("orders.7");
        await echo.ListenAsync("private", channel, "OrderShipped");
        await (await SdkAsync()).TriggerAsync($"private-{channel}", @"App\Events\OrderShipped", new JsonObject { ["id"] = 7 });
        await echo.EventAsync(channel, "OrderShipped");
    }

    [Fact]
    public async Task It_decrypts_events_of_an_encrypted_channel()
    {
        var echo = await ConnectAsync();
        var channel = Unique("letters");
        await echo.ListenAsync("encrypted", channel, "LetterSent");
        await (await SdkAsync()).TriggerAsync($"private-encrypted-{channel}", @"App\Events\LetterSent", new JsonObject { ["text"] = "hi" });
        Assert.Equal("hi", (await echo.EventAsync(channel, "LetterSent")).Data!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_refused_channel_is_told_to_its_error_callback()
    {
        var echo = await ConnectAsync(new Identity { WrongSecret = "guessed" });
        var channel = Unique("orders");
        await echo.CallAsync("echo.subscribe", new() { ["kind"] = "private", ["channel"] = channel });
        Assert.Equal(401, (await echo.EventAsync(channel, "error")).Data!["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task Here_lists_who_has_joined()
    {
        var room = Unique("room");
        await (await ConnectAsync(Identity.User("1", "Ada"))).JoinAsync(room);
        var grace = await ConnectAsync(Identity.User("2", "Grace"));
        Assert.Equal(["Ada", "Grace"], await grace.JoinAsync(room));
    }

    [Fact]
    public async Task Joining_names_who_comes()
    {
        var room = Unique("room");
        var ada = await ConnectAsync(Identity.User("1", "Ada"));
        await ada.JoinAsync(room);
        await (await ConnectAsync(Identity.User("2", "Grace"))).JoinAsync(room);
        Assert.Equal("Grace", (await ada.EventAsync(room, "joining")).Data!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task Leaving_names_who_goes()
    {
        var room = Unique("room");
        var ada = await ConnectAsync(Identity.User("1", "Ada"));
        await ada.JoinAsync(room);
        var grace = await ConnectAsync(Identity.User("2", "Grace"));
        await grace.JoinAsync(room);
        await grace.LeaveAsync(room);
        Assert.Equal("Grace", (await ada.EventAsync(room, "leaving")).Data!["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("private")]
    [InlineData("presence")]
    public async Task A_whisper_reaches_the_others(string kind)
    {
        var channel = Unique("chat");
        var (ada, grace) = (await ConnectAsync(Identity.User("1", "Ada")), await ConnectAsync(Identity.User("2", "Grace")));
        await ada.ListenForWhisperAsync(kind, channel, "typing");
        await ada.SubscribedAsync(kind, channel);
        await grace.SubscribedAsync(kind, channel);
        await grace.WhisperAsync(kind, channel, "typing", new JsonObject { ["name"] = "Grace" });
        Assert.Equal("Grace", (await ada.EventAsync(channel, "whisper typing")).Data!["name"]!.GetValue<string>());
    }

    [Fact]
    public async Task It_hears_notifications()
    {
        var echo = await ConnectAsync();
        var channel = Unique("App.Models.User.1");
        await echo.ListenForNotificationsAsync(channel);
        await echo.SubscribedAsync("private", channel);
        await (await SdkAsync()).TriggerAsync(
            $"private-{channel}",
            @"Illuminate\Notifications\Events\BroadcastNotificationCreated",
            new JsonObject { ["type"] = @"App\Notifications\InvoicePaid" });
        Assert.Equal(@"App\Notifications\InvoicePaid", (await echo.EventAsync(channel, "notification")).Data!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_event_broadcast_to_others_spares_its_own_socket()
    {
        var channel = Unique("orders");
        var (sender, other) = (await ConnectAsync(), await ConnectAsync());
        await sender.ListenAsync("public", channel, "OrderShipped");
        await other.ListenAsync("public", channel, "OrderShipped");
        var socketId = (await sender.StatusAsync())["socket_id"]!.GetValue<string>();
        await (await SdkAsync()).TriggerAsync(
            channel, @"App\Events\OrderShipped", new JsonObject(), new JsonObject { ["socket_id"] = socketId });
        await other.EventAsync(channel, "OrderShipped");
        await sender.FenceAsync();
        Assert.DoesNotContain(sender.Received, received => received.Name == "OrderShipped");
    }

    [Fact]
    public async Task A_channel_that_was_left_is_empty()
    {
        var echo = await ConnectAsync();
        var channel = Unique("orders");
        await echo.ListenAsync("private", channel, "OrderShipped");
        await echo.LeaveAsync(channel);
        await echo.FenceAsync();
        Assert.False((await (await SdkAsync()).GetAsync($"/channels/private-{channel}")).Json["occupied"]!.GetValue<bool>());
    }

    private Task<EchoClient> ConnectAsync(Identity? identity = null) => ConnectEchoAsync(broadcaster, identity);
}

public sealed class EchoWithPusherInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : EchoSuite("pusher", ClientHost.Node, shared, clients, output);

public sealed class EchoWithReverbInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : EchoSuite("reverb", ClientHost.Node, shared, clients, output);

public sealed class EchoWithPusherInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : EchoSuite("pusher", ClientHost.Chromium, shared, clients, output);

public sealed class EchoWithReverbInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : EchoSuite("reverb", ClientHost.Chromium, shared, clients, output);

using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Sign-in, events to a user, and the watchlist on the wire.</summary>
public sealed class SignInTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Fact]
    public async Task Success_gives_back_the_user_data_as_it_was_sent()
    {
        var connection = await ConnectAsync(TestApps.Users);
        const string userData = """{"id":"ada","name":"Ada <é>"}""";
        await connection.SendSignInAsync(userData);
        var success = await connection.WaitForAsync("pusher:signin_success");
        Assert.Equal(userData, success.DataJson!["user_data"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("users-key:0000")]
    [InlineData("")]
    [InlineData(":")]
    public async Task A_wrong_signature_is_refused_with_4009(string auth)
    {
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SendSignInAsync("""{"id":"ada"}""", auth);
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task A_signature_for_another_socket_is_refused()
    {
        var connection = await ConnectAsync(TestApps.Users);
        const string userData = """{"id":"ada"}""";
        await connection.SendSignInAsync(userData, PusherAuth.User(TestApps.Users, "1.2", userData));
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task A_signature_of_a_channel_is_no_sign_in()
    {
        var connection = await ConnectAsync(TestApps.Users);
        const string userData = """{"id":"ada"}""";
        await connection.SendSignInAsync(userData, PusherAuth.Channel(TestApps.Users, connection.SocketId, userData));
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":"a","watchlist":"b"}""")]
    public async Task User_data_without_an_id_is_refused(string userData)
    {
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SendSignInAsync(userData);
        await connection.WaitForAsync("pusher:error");
    }

    [Fact]
    public async Task A_refused_sign_in_leaves_the_connection_open()
    {
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SendSignInAsync("""{"id":"ada"}""", "users-key:0000");
        await connection.WaitForAsync("pusher:error");
        await connection.SubscribeAsync(Unique("orders"));
    }

    [Fact]
    public async Task An_app_without_sign_in_refuses_it_with_4009()
    {
        var connection = await ConnectAsync();
        await connection.SendSignInAsync("""{"id":"ada"}""");
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task An_event_to_a_user_names_the_users_channel()
    {
        var id = Unique("ada");
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SignInAsync(id);
        await Server.Api(TestApps.Users).PublishAsync($"#server-to-user-{id}", "note", "hello");
        Assert.Equal(
            $$"""{"event":"note","channel":"#server-to-user-{{id}}","data":"hello"}""", (await connection.WaitForAsync("note")).Raw);
    }

    [Fact]
    public async Task An_event_to_a_user_who_also_subscribed_arrives_once()
    {
        var id = Unique("ada");
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SignInAsync(id);
        await connection.SubscribeAsync($"#server-to-user-{id}");
        await Server.Api(TestApps.Users).PublishAsync($"#server-to-user-{id}", "note", "hello");
        await connection.WaitForAsync("note");
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task Another_users_channel_is_refused_with_4009()
    {
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SignInAsync(Unique("mallory"));
        await connection.SendSubscribeAsync($"#server-to-user-{Unique("ada")}");
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task A_users_channel_is_refused_before_sign_in()
    {
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SendSubscribeAsync($"#server-to-user-{Unique("ada")}");
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task A_presence_member_is_no_signed_in_user()
    {
        var id = Unique("ada");
        var connection = await ConnectAsync(TestApps.Users);
        await connection.JoinAsync(Unique("presence-room"), id);
        await connection.SendSubscribeAsync($"#server-to-user-{id}");
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Fact]
    public async Task Success_comes_before_the_watchlist()
    {
        var connection = await ConnectAsync(TestApps.Users);
        var user = new JsonObject { ["id"] = Unique("ada"), ["watchlist"] = new JsonArray(Unique("grace")) };
        await connection.SendSignInAsync(user.ToJsonString());
        Assert.Equal(
            ["pusher:signin_success", "pusher_internal:watchlist_events"],
            [(await connection.NextAsync()).Name, (await connection.NextAsync()).Name]);
    }

    [Fact]
    public async Task Watchlist_events_have_the_form_pusher_js_reads()
    {
        var grace = Unique("grace");
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SignInAsync(Unique("ada"), grace);
        var told = await connection.WaitForAsync("pusher_internal:watchlist_events");
        Assert.Equal(
            $$"""{"events":[{"name":"offline","user_ids":["{{grace}}"]}]}""", told.DataJson!.ToJsonString());
    }

    [Fact]
    public async Task A_user_is_not_told_of_itself()
    {
        var (ada, grace) = (Unique("ada"), Unique("grace"));
        var watcher = await ConnectAsync(TestApps.Users);
        await watcher.SignInAsync(ada, grace);
        await watcher.WaitForAsync("pusher_internal:watchlist_events");
        var watched = await ConnectAsync(TestApps.Users);
        await watched.SignInAsync(grace);
        Assert.Empty(await watched.FenceAsync());
    }

    [Fact]
    public async Task Without_watchlist_events_a_watchlist_is_not_told()
    {
        var connection = await ConnectAsync(TestApps.UsersWithoutWatchlist);
        await connection.SignInAsync(Unique("ada"), Unique("grace"));
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task A_terminated_user_gets_the_error_and_the_close_4009()
    {
        var id = Unique("ada");
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SignInAsync(id);
        await Server.Api(TestApps.Users).PostAsync($"/users/{id}/terminate_connections", new JsonObject());
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
        Assert.Equal(4009, (await connection.ClosedAsync()).Code);
    }
}

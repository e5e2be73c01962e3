using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Timers, with servers whose times are short enough to wait for.</summary>
public sealed class TimerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_silent_client_is_pinged_after_the_activity_timeout()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup().Set("activity_timeout", 1));
        await using var connection = await server.ConnectAsync(TestApps.Demo);
        Assert.Equal("""{"event":"pusher:ping"}""", (await connection.NextAsync()).Raw);
    }

    [Fact]
    public async Task The_activity_timeout_is_told_to_clients()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup().Set("activity_timeout", 77));
        await using var connection = await server.OpenAsync(TestApps.Demo);
        Assert.Equal(77, (await connection.NextAsync()).DataJson!["activity_timeout"]!.GetValue<int>());
    }

    [Fact]
    public async Task One_who_does_not_sign_in_in_time_is_closed_with_4009()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup().Set("user_authentication_timeout", 1));
        await using var connection = await server.ConnectAsync(TestApps.Users);
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
        Assert.Equal(4009, (await connection.ClosedAsync()).Code);
    }

    [Fact]
    public async Task Of_three_clients_only_the_one_that_neither_signed_in_nor_joined_is_closed()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup().Set("user_authentication_timeout", 2));
        await using var signedIn = await server.ConnectAsync(TestApps.Users);
        await signedIn.SignInAsync("ada");
        await using var joined = await server.ConnectAsync(TestApps.Users);
        await joined.SubscribeAsync("private-orders");
        await using var neither = await server.ConnectAsync(TestApps.Users);

        // The youngest is closed last: when it is, the others' time is over too.
        Assert.Equal(4009, (await neither.ClosedAsync()).Code);
        Assert.Empty(await signedIn.FenceAsync());
        Assert.Empty(await joined.FenceAsync());
    }

    [Fact(Skip = "the pong timeout of the protocol is 30 seconds: run eng/test --all", SkipUnless = nameof(LongRun))]
    public async Task One_who_does_not_answer_the_ping_is_closed_with_4201()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup().Set("activity_timeout", 1).Set("websocket.auto_ping", false));
        await using var connection = await server.ConnectAsync(TestApps.Demo);
        await using var observer = await server.ConnectAsync(TestApps.Demo);
        await connection.JoinAsync("presence-room", "silent");
        await observer.JoinAsync("presence-room", "observer");
        var removed = observer.WaitForAsync("pusher_internal:member_removed", limit: TimeSpan.FromSeconds(60));
        while (!removed.IsCompleted)
        {
            await observer.WaitForAsync("pusher:ping", limit: TimeSpan.FromSeconds(60));
            await observer.SendAsync("pusher:pong", new JsonObject());
            if (connection.Received.Any(item => item.Name == "pusher:error"))
                break;
        }

        Assert.Equal(4201, (await connection.ClosedAsync(TimeSpan.FromSeconds(60))).Code);
        output.WriteLine((await removed).Raw);
    }

    public static bool LongRun => Environment.GetEnvironmentVariable("SOCKUDO_TEST_ALL") == "1";
}

using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>How pusher-js takes the server's refusals, pings and restarts: codes 40xx end it, 42xx bring it back.</summary>
public abstract class ConnectionSuite(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(host, shared, clients, output)
{
    [Fact]
    public async Task A_key_nobody_has_is_refused_with_4001()
    {
        var client = await StartClientAsync(new TestApp("nobody"));
        await client.ErrorAsync(4001);
    }

    [Fact]
    public async Task A_client_refused_with_4001_does_not_try_again()
    {
        var client = await StartClientAsync(new TestApp("nobody"));
        await client.EventAsync("connection", "disconnected");
        Assert.False((await client.StateAsync())["retries"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_disabled_app_is_refused_with_4003()
    {
        var client = await StartClientAsync(TestApps.Disabled);
        await client.ErrorAsync(4003);
        await client.EventAsync("connection", "disconnected");
    }

    [Fact]
    public async Task An_origin_that_is_not_allowed_is_refused_with_4009()
    {
        var client = await StartClientAsync(TestApps.Origins);
        await client.ErrorAsync(4009);
        await client.EventAsync("connection", "disconnected");
    }

    [Fact]
    public async Task A_client_can_disconnect_and_connect_again()
    {
        var client = await ConnectClientAsync();
        await client.CallAsync("disconnect");
        await client.EventAsync("connection", "disconnected");
        await client.CallAsync("reconnect");
        await client.ConnectedAsync();
    }

    [Fact]
    public async Task A_clients_ping_is_answered()
    {
        var client = await ConnectClientAsync(options: new JsonObject { ["activityTimeout"] = 1000 });
        await client.EventAsync("connection", "pong");
        Assert.Equal("connected", (await client.StateAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task After_a_restart_of_the_server_a_client_is_back_with_its_channels()
    {
        var channel = Unique("orders");
        await using var before = await SockudoServer.StartAsync();
        var client = await StartClientAsync(TestApps.Demo, server: before);
        await client.ConnectedAsync();
        await client.SubscribeAsync(channel);

        await before.StopAsync();
        await client.EventAsync("connection", "connecting");
        await using var after = await SockudoServer.StartAsync(new ServerSetup { Port = before.Port });
        await client.ConnectedAsync(Deadline.ProcessStart);
        await client.EventAsync(channel, "pusher:subscription_succeeded");
        await after.Api(TestApps.Demo).PublishAsync(channel, "placed", "1");
        await client.EventAsync(channel, "placed");
    }
}

public sealed class ConnectionsInNodeTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : ConnectionSuite(ClientHost.Node, shared, clients, output);

public sealed class ConnectionsInChromiumTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : ConnectionSuite(ClientHost.Chromium, shared, clients, output)
{
    [Fact]
    public async Task A_page_of_an_allowed_origin_is_let_in() => await ConnectClientAsync(TestApps.LocalOrigins);
}

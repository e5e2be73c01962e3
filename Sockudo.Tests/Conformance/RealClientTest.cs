using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>A test of unmodified clients against the shared server.</summary>
public abstract class RealClientTest(ClientHost host, SharedServer shared, RealClients clients, ITestOutputHelper output)
    : ServerTest(shared, output)
{
    protected ClientHost Host { get; } = host;

    protected RealClients Clients { get; } = clients;

    /// <summary>Creates a pusher-js client and waits for no state of it.</summary>
    protected async Task<RealClient> StartClientAsync(
        TestApp app, Identity? identity = null, JsonObject? options = null, SockudoServer? server = null)
    {
        var client = Own(new RealClient(await Clients.OfAsync(Host), server ?? Server, app));
        await client.StartAsync(identity, options);
        return client;
    }

    /// <summary>A connected pusher-js client.</summary>
    protected async Task<RealClient> ConnectClientAsync(TestApp? app = null, Identity? identity = null, JsonObject? options = null)
    {
        var client = await StartClientAsync(app ?? TestApps.Demo, identity, options);
        await client.ConnectedAsync();
        return client;
    }

    /// <summary>The <c>pusher</c> SDK of an app.</summary>
    protected async Task<ServerSdk> SdkAsync(TestApp? app = null) =>
        new(await Clients.OfAsync(ClientHost.Node), Server.Port, app ?? TestApps.Demo);

    /// <summary>A laravel-echo client, connected.</summary>
    protected async Task<EchoClient> ConnectEchoAsync(string broadcaster, Identity? identity = null, TestApp? app = null)
    {
        var client = Own(new EchoClient(await Clients.OfAsync(Host), Server, app ?? TestApps.Demo, broadcaster));
        await client.StartAsync(identity);
        await client.ConnectedAsync();
        return client;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>Proxies in front, run for real: the original's nginx example as it stands on its page, and the two of docs/operations.md.</summary>
public sealed class ReverseProxyTests
{
    private const string SeedPage = """
        upstream sockudo {
            server unix:/var/run/sockudo/sockudo.sock;
        }

        server {
            listen 80;
            server_name your-domain.com;

            location / {
                proxy_pass http://sockudo;
                proxy_http_version 1.1;
                proxy_set_header Upgrade $http_upgrade;
                proxy_set_header Connection "upgrade";
                proxy_set_header Host $host;
                proxy_cache_bypass $http_upgrade;
            }
        }
        """;

    [Fact]
    public async Task The_pages_nginx_example_serves_sockets_and_the_API_over_a_Unix_socket()
    {
        var folder = Directory.CreateTempSubdirectory("sockudo-nginx-");
        try
        {
            var path = Path.Combine(folder.FullName, "sockudo.sock");
            await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo], IsAskedByMetrics = true }
                .Set("unix_socket.enabled", true).Set("unix_socket.path", path));
            var port = FreePorts.Next();
            await using var nginx = await ProxyProcess.NginxAsync(
                Placed(SeedPage, ("listen 80;", $"listen 127.0.0.1:{port};"), ("/var/run/sockudo/sockudo.sock", path)), port);

            await ServesAsync(nginx.Uri);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_quiet_socket_lives_behind_a_proxy_that_cuts_what_is_silent_for_longer_than_the_ping_interval()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }
            .Set("activity_timeout", 40).Set("websocket.ping_interval", 1));
        var port = FreePorts.Next();
        await using var nginx = await ProxyProcess.NginxAsync(
            $$"""
            server {
                listen 127.0.0.1:{{port}};
                location / {
                    proxy_pass http://127.0.0.1:{{server.Port}};
                    proxy_http_version 1.1;
                    proxy_set_header Upgrade $http_upgrade;
                    proxy_set_header Connection "upgrade";
                    proxy_read_timeout 5s;
                }
            }
            """,
            port);
        await using var socket = await RawWebSocket.OpenAsync(nginx.Uri, $"/app/{TestApps.Demo.Key}");
        await socket.ReadFrameAsync();

        // Eight pings take longer than nginx waits for the first of them.
        var frames = new List<FrameOpcode?>();
        for (var i = 0; i < 8; i++) frames.Add((await socket.ReadFrameAsync())?.Opcode);

        Assert.All(frames, static opcode => Assert.Equal(FrameOpcode.Ping, opcode));
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task The_documented_proxy_serves_sockets_and_the_API(string program)
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] });
        await using var proxy = await DocumentedAsync(program, server, server);

        await ServesAsync(proxy.Uri);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Behind_the_documented_proxy_one_trusted_hop_limits_the_address_the_proxy_saw(string program)
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }
            .Set("rate_limiter.enabled", true).Set("rate_limiter.api_rate_limit.max_requests", 2).Set("rate_limiter.api_rate_limit.trust_hops", 1)
            .Set("rate_limiter.websocket_rate_limit.max_requests", 1).Set("rate_limiter.websocket_rate_limit.trust_hops", 1));
        await using var proxy = await DocumentedAsync(program, server, server);

        // What the client writes itself stands in front of what the proxy adds, and is not looked at.
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.TooManyRequests], await AskAsync(proxy.Uri, "6.6.6.1", "6.6.6.2", "6.6.6.3"));
        Assert.Equal("101 429", string.Join(' ', await ConnectAsync(proxy.Uri, "6.6.6.1", "6.6.6.2")));

        // Past the proxy, straight to the server, the header is the proxy's word: so the port must not be reachable.
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK], await AskAsync(server.HttpUri, "6.6.6.1", "6.6.6.2", "6.6.6.3"));
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Behind_the_documented_proxy_a_client_of_a_draining_node_reconnects_to_the_other(string program)
    {
        await using var drained = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }
            .Set("shutdown_grace_period", 8).Set("shutdown_drain_window_ms", 0));
        await using var stays = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] });
        await using var proxy = await DocumentedAsync(program, drained, stays);
        var clients = new List<PusherConnection>();
        for (var i = 0; i < 4; i++) clients.Add(await PusherConnection.EstablishAsync(proxy.Uri, TestApps.Demo));

        // One who neither reads nor answers keeps the drain going for a moment: the proxy still finds the node there, which says 503.
        await using var mute = await RawWebSocket.OpenAsync(drained.HttpUri, $"/app/{TestApps.Demo.Key}");
        drained.Signal(ProcessSignal.Terminate);
        var moved = 0;
        foreach (var client in clients)
        {
            await using (client)
            {
                if (!await IsOfAsync(drained, client)) continue;
                Assert.Equal(4200, (await client.ClosedAsync()).Code);
                await using var again = await PusherConnection.EstablishAsync(proxy.Uri, TestApps.Demo);
                await again.FenceAsync();
                moved++;
            }
        }

        Assert.True(moved > 0, "no client was on the node that was drained");
    }

    /// <summary>The proxy spreads by turns: of four sockets both nodes have some. Whose is closed was on the node that stops.</summary>
    private static async Task<bool> IsOfAsync(SockudoServer drained, PusherConnection client)
    {
        var closed = client.ClosedAsync(TimeSpan.FromMinutes(1));
        await Task.WhenAny(closed, drained.Exited).WithinAsync("the end of the node or of the socket", Deadline.ProcessStart);
        return closed.IsCompleted;
    }

    private static async Task ServesAsync(Uri proxy)
    {
        using var http = new HttpClient { BaseAddress = proxy };
        await using var connection = await PusherConnection.EstablishAsync(proxy, TestApps.Demo);
        await connection.JoinAsync("presence-shop", "ada", new JsonObject { ["name"] = "Ada" });

        // Twice over one client: the proxy reuses its connection to the server, so that an upgrade may come as a later request.
        for (var i = 1; i <= 2; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await new PusherHttp(http, TestApps.Demo).PublishAsync("presence-shop", "sold", $"{i}")).Status);
            Assert.Equal($"{i}", (await connection.WaitForAsync("sold")).DataString);
            await using var another = await PusherConnection.EstablishAsync(proxy, TestApps.Demo);
            await another.FenceAsync();
        }
    }

    private static async Task<HttpStatusCode[]> AskAsync(Uri uri, params string[] forwardedFor)
    {
        using var http = new HttpClient { BaseAddress = uri };
        var statuses = new List<HttpStatusCode>();
        foreach (var address in forwardedFor)
        {
            var request = new SignedRequest(TestApps.Demo, HttpMethod.Get, $"/apps/{TestApps.Demo.Id}/channels", null);
            request.Sign(TimeProvider.System.GetUtcNow());
            using var message = request.ToMessage();
            message.Headers.Add("X-Forwarded-For", address);
            statuses.Add((await new PusherHttp(http, TestApps.Demo).SendAsync(message)).Status);
        }

        return [.. statuses];
    }

    private static async Task<int[]> ConnectAsync(Uri uri, params string[] forwardedFor)
    {
        var statuses = new List<int>();
        foreach (var address in forwardedFor)
        {
            await using var socket = await RawWebSocket.OpenAsync(
                uri, $"/app/{TestApps.Demo.Key}", new Dictionary<string, string?> { ["X-Forwarded-For"] = address });
            statuses.Add(socket.Response.Status);
        }

        return [.. statuses];
    }

    private static Task<ProxyProcess> DocumentedAsync(string program, SockudoServer one, SockudoServer two)
    {
        var port = FreePorts.Next();
        (string, string)[] places =
        [
            ("10.0.0.11:6001", $"127.0.0.1:{one.Port}"), ("10.0.0.12:6001", two == one ? $"127.0.0.1:{one.Port} backup" : $"127.0.0.1:{two.Port}"),
        ];
        const string Document = "docs/operations.md";
        return program == "nginx"
            ? ProxyProcess.NginxAsync(
                Placed(ProxyProcess.BlockOf(Document, "proxy_pass"), [.. places, ("listen 443 ssl;", $"listen 127.0.0.1:{port};"), ("ssl_certificate ", "# "), ("ssl_certificate_key ", "# ")]), port)
            : ProxyProcess.HAProxyAsync(
                Placed(ProxyProcess.BlockOf(Document, "backend sockudo"), [.. places, ("maxconn 200000", "maxconn 200"), ("bind :443 ssl crt /etc/haproxy/certs/", $"bind 127.0.0.1:{port}")]), port);
    }

    private static string Placed(string text, params (string Old, string New)[] places)
    {
        foreach (var (old, replacement) in places)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            text = text.Replace(old, replacement, StringComparison.Ordinal);
        }

        return text;
    }
}

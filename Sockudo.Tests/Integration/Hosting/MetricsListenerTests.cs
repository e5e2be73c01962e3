using System.Net;
using System.Net.Sockets;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>The metrics listener takes 64 connections: whoever opens them and says nothing must not keep a scrape out.</summary>
public sealed class MetricsListenerTests(ITestOutputHelper output)
{
    private const int Most = 64;
    private const string Scrape = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";

    [Theory]
    [InlineData("")]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: ")]
    [InlineData("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task Idle_connections_do_not_keep_a_scrape_out(string said)
    {
        await using var server = await StartAsync(handshakeTimeoutMs: 60_000);
        List<Socket> idle = [];
        for (var i = 0; i < Most + 8; i++) idle.Add(await OpenAsync(server, said));
        var started = TimeProvider.System.GetTimestamp();
        using var scraper = await OpenAsync(server, Scrape);
        var answer = new byte[64];
        using var deadline = Deadline.Source();
        var length = await scraper.ReceiveAsync(answer, deadline.Token);

        output.WriteLine($"a scrape behind {idle.Count} idle connections took {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms");
        Assert.StartsWith("HTTP/1.1 200 ", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
        foreach (var socket in idle) socket.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /metrics HTTP/1.1\r\nHost: ")]
    [InlineData("GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task An_idle_connection_is_ended_at_the_deadline(string said)
    {
        await using var server = await StartAsync(handshakeTimeoutMs: 500);
        using var socket = await OpenAsync(server, said);
        var answer = new byte[1024];
        using var deadline = Deadline.Source();
        var length = 0;
        var text = new StringBuilder();
        try
        {
            while ((length = await socket.ReceiveAsync(answer, deadline.Token)) > 0) text.Append(Encoding.ASCII.GetString(answer, 0, length));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Cut off.
        }

        Assert.Equal(said.EndsWith("\r\n\r\n", StringComparison.Ordinal), text.ToString().StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_scraper_that_comes_within_the_deadline_keeps_its_connection()
    {
        await using var server = await StartAsync(handshakeTimeoutMs: 60_000);
        var connections = 0;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                connections++;
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        for (var i = 0; i < 3; i++) await http.GetStringAsync(new Uri(server.MetricsUri, "/metrics"), TestContext.Current.CancellationToken);

        Assert.Equal(1, connections);
    }

    [Fact]
    public async Task Not_ready_is_told_with_its_reason_on_the_metrics_listener_and_without_it_on_the_public_one()
    {
        await using var server = SockudoServer.Launch(new ServerSetup { Apps = [TestApps.Demo] }
            .Set("adapter.driver", "redis").Set("database.redis.port", FreePorts.Next()));
        var (status, text) = (default(HttpStatusCode), "");
        await Eventually.TrueAsync(
            async () =>
            {
                (status, text) = await AskAsync(server, new Uri(server.HttpUri, "/ready"));
                return text == "UNHEALTHY";
            },
            "the public listener says a word",
            Deadline.ProcessStart,
            () => text);
        var (_, why) = await AskAsync(server, new Uri(server.MetricsUri, "/ready"));

        output.WriteLine(why);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.StartsWith("UNHEALTHY: ", why, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => server.Log.Contains("The server is not ready: ", StringComparison.Ordinal), "the log says why", Deadline.ProcessStart);
    }

    private static Task<SockudoServer> StartAsync(int handshakeTimeoutMs) =>
        SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }.Set("websocket.handshake_timeout_ms", handshakeTimeoutMs));

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(SockudoServer server, Uri uri)
    {
        try
        {
            using var answer = await server.Http.GetAsync(uri, TestContext.Current.CancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        catch (HttpRequestException)
        {
            return (default, "");
        }
    }

    private static async Task<Socket> OpenAsync(SockudoServer server, string said)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.MetricsUri.Host, server.MetricsUri.Port, TestContext.Current.CancellationToken);
        if (said.Length > 0) await socket.SendAsync(Encoding.ASCII.GetBytes(said), TestContext.Current.CancellationToken);
        return socket;
    }
}

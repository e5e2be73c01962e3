using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>A process with an encrypted key, a chain, a redirecting listener, and files that change below it.</summary>
public sealed class TlsProcessTests : IAsyncLifetime
{
    private const string Passphrase = "correct horse battery staple";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sockudo-tls-");
    private readonly TestAuthority _authority = new();
    private readonly int _redirectPort = FreePorts.Next();
    private string _thumbprint = "";
    private SockudoServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _thumbprint = Issue("first");
        _server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo], IsAskedByMetrics = true }
            .Set("ssl.enabled", true).Set("ssl.cert_path", CertificateFile).Set("ssl.key_path", KeyFile).Set("ssl.passphrase", Passphrase)
            .Set("ssl.redirect_http", true).Set("ssl.http_port", _redirectPort));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_client_that_trusts_the_root_alone_publishes_over_https_and_receives_over_wss()
    {
        using var handler = Handler();
        using var http = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri($"https://localhost:{_server.Port}/") };
        using var socket = await ConnectAsync(handler);
        await SayAsync(socket, """{"event":"pusher:subscribe","data":{"channel":"orders"}}""");
        Assert.Contains("subscription_succeeded", await HearAsync(socket), StringComparison.Ordinal);

        var published = await new PusherHttp(http, TestApps.Demo).PublishAsync("orders", "placed", "42");

        Assert.Equal(HttpStatusCode.OK, published.Status);
        Assert.Contains("\"placed\"", await HearAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_replaced_is_shown_to_new_connections_and_open_ones_go_on()
    {
        using var handler = Handler();
        using var open = await ConnectAsync(handler);
        Assert.Equal(_thumbprint, await ThumbprintAsync());

        var renewed = Issue("renewed");
        await Eventually.EqualAsync(renewed, ThumbprintAsync, "the renewed certificate");

        await SayAsync(open, """{"event":"pusher:ping"}""");
        Assert.Contains("pusher:pong", await HearAsync(open), StringComparison.Ordinal);
        Assert.Contains("is used for new connections", _server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_replacement_leaves_the_old_certificate_and_is_said_in_the_log()
    {
        await File.WriteAllTextAsync(KeyFile, "half", TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.Equal(_thumbprint, await ThumbprintAsync());
                return _server.Log.Contains("the one before stays in force", StringComparison.Ordinal);
            },
            "the warning");
    }

    [Fact]
    public async Task Plain_HTTP_is_sent_to_the_TLS_address_with_path_and_query()
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var answer = await http.GetAsync(new Uri($"http://localhost:{_redirectPort}/apps/demo/channels?info=a%20b"), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode)308, answer.StatusCode);
        Assert.Equal($"https://localhost:{_server.Port}/apps/demo/channels?info=a%20b", answer.Headers.Location!.OriginalString);
    }

    private string CertificateFile => Path.Combine(_folder.FullName, "tls.crt");

    private string KeyFile => Path.Combine(_folder.FullName, "tls.key");

    private string Issue(string name)
    {
        var issued = _authority.Issue(name, Passphrase);
        var files = issued with { Certificate = issued.Certificate + _authority.IntermediatePem };
        files.WriteTo(CertificateFile, KeyFile);
        return files.Thumbprint;
    }

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = _authority.Trusting();
        return handler;
    }

    private async Task<string> ThumbprintAsync()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _server.Port);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _authority.Trusting() }).WithinAsync("the TLS handshake");
        using var shown = new X509Certificate2(tls.RemoteCertificate!);
        return shown.Thumbprint;
    }

    private async Task<ClientWebSocket> ConnectAsync(SocketsHttpHandler handler)
    {
        var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await socket.ConnectAsync(new Uri($"wss://localhost:{_server.Port}/app/{TestApps.Demo.Key}?protocol=7"), invoker, TestContext.Current.CancellationToken);
        Assert.Contains("connection_established", await HearAsync(socket), StringComparison.Ordinal);
        return socket;
    }

    private static Task SayAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    private static async Task<string> HearAsync(ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        using var deadline = Deadline.Source();
        var received = await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}

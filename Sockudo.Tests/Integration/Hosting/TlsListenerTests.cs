using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>The listener over TLS, as a process with files of its own.</summary>
public sealed class TlsListenerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sockudo-tls-");
    private readonly TestCertificates _certificates;
    private readonly X509Certificate2 _authority;
    private readonly SockudoServer _server;

    public TlsListenerTests()
    {
        _certificates = new TestCertificates(_folder.FullName);
        _authority = X509CertificateLoader.LoadCertificateFromFile(_certificates.CaFile);
        _server = SockudoServer.Launch(new ServerSetup { Apps = [TestApps.Demo] }
            .Set("ssl.enabled", true).Set("ssl.cert_path", _certificates.ServerFile).Set("ssl.key_path", _certificates.ServerKeyFile));
    }

    public async ValueTask InitializeAsync() => await Eventually.TrueAsync(
        async () =>
        {
            try
            {
                using var answer = await _server.Http.GetAsync(new Uri(_server.MetricsUri, "/ready"));
                return answer.StatusCode == HttpStatusCode.OK;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        },
        "the server's /ready on the metrics listener",
        Deadline.ProcessStart,
        () => _server.Log);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task It_speaks_TLS_to_HTTP_and_to_sockets()
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = Trusting();
        using var http = new HttpClient(handler);
        using var answer = await http.GetAsync(new Uri($"https://localhost:{_server.Port}/up"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await socket.ConnectAsync(new Uri($"wss://localhost:{_server.Port}/app/{TestApps.Demo.Key}?protocol=7"), invoker, TestContext.Current.CancellationToken);
        var buffer = new byte[1024];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
        Assert.Contains("pusher:connection_established", Encoding.UTF8.GetString(buffer, 0, received.Count), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_answers_nothing_in_plain_text()
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _server.Port, TestContext.Current.CancellationToken);
        await tcp.GetStream().WriteAsync("GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        var buffer = new byte[1024];
        var count = 0;
        try
        {
            count = await tcp.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // A reset says no as well.
        }

        Assert.DoesNotContain("HTTP/1.1", Encoding.ASCII.GetString(buffer, 0, count), StringComparison.Ordinal);
    }

    private X509ChainPolicy Trusting() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}

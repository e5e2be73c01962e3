using System.Net;
using System.Net.Sockets;
using System.Text;
using Sockudo.Server.Hosting;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

public sealed class HealthProbeTests : IDisposable
{
    // A loaded machine is no failure.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly StringWriter _errors = new();
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);

    public HealthProbeTests() => _server.Start();

    [Fact]
    public async Task A_server_that_answers_200_is_healthy()
    {
        var served = AnswerAsync("200 OK");

        Assert.Equal(0, await HealthProbe.RunAsync(Address("127.0.0.1"), "/", Patience, _errors));
        Assert.StartsWith("GET /live HTTP/1.1", await served, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_answer_is_not_healthy_and_says_so()
    {
        var served = AnswerAsync("503 Service Unavailable");

        Assert.Equal(1, await HealthProbe.RunAsync(Address("127.0.0.1"), "/", Patience, _errors));
        await served;
        Assert.Equal($"http://127.0.0.1:{Port}/live answers 503.", _errors.ToString().TrimEnd());
    }

    [Theory]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    public async Task A_server_that_listens_everywhere_is_asked_on_loopback(string host)
    {
        var served = AnswerAsync("200 OK");

        Assert.Equal(0, await HealthProbe.RunAsync(Address(host), "/", Patience, _errors));
        await served;
    }

    [Fact]
    public async Task A_path_prefix_is_kept()
    {
        var served = AnswerAsync("200 OK");
        await HealthProbe.RunAsync(Address("127.0.0.1"), "/realtime", Patience, _errors);

        Assert.StartsWith("GET /realtime/live ", await served, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listening_is_not_healthy()
    {
        var address = Address("127.0.0.1");
        _server.Stop();

        Assert.Equal(1, await HealthProbe.RunAsync(address, "/", Patience, _errors));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up()
    {
        Assert.Equal(1, await HealthProbe.RunAsync(Address("127.0.0.1"), "/", TimeSpan.FromSeconds(0.2), _errors));
        Assert.EndsWith("does not answer within 0.2 s.", _errors.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Unix_socket_is_asked_too()
    {
        var path = Path.Combine(Path.GetTempPath(), $"sockudo-{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var served = AnswerAsync(listener, "200 OK");

        Assert.Equal(0, await HealthProbe.RunAsync(ListenerAddress.Unix(path), "/", Patience, _errors));
        await served;
        File.Delete(path);
    }

    public void Dispose()
    {
        _server.Dispose();
        _errors.Dispose();
    }

    private int Port => ((IPEndPoint)_server.LocalEndpoint).Port;

    private ListenerAddress Address(string host) => new("http", host, Port);

    private Task<string> AnswerAsync(string status) => AnswerAsync(_server.Server, status);

    private static async Task<string> AnswerAsync(Socket listener, string status)
    {
        using var client = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        var request = new byte[1024];
        var length = await client.ReceiveAsync(request, TestContext.Current.CancellationToken);
        await client.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(request, 0, length);
    }
}

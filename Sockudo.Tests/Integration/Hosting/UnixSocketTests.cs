using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>A process that listens on a Unix socket instead of TCP.</summary>
public sealed class UnixSocketTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sockudo-unix-");

    private string SocketPath => Path.Combine(_folder.FullName, "run", "sockudo.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task It_serves_the_API_and_sockets_there_and_nothing_on_TCP()
    {
        await using var server = await StartAsync();
        using var handler = Handler();
        using var http = new HttpClient(handler, disposeHandler: false) { BaseAddress = new Uri("http://localhost/") };
        using var socket = new ClientWebSocket();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await socket.ConnectAsync(new Uri($"ws://localhost/app/{TestApps.Demo.Key}?protocol=7"), invoker, TestContext.Current.CancellationToken);
        var buffer = new byte[1024];
        var greeting = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);

        Assert.Contains("connection_established", Encoding.UTF8.GetString(buffer, 0, greeting.Count), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await new PusherHttp(http, TestApps.Demo).PublishAsync("orders", "placed", "1")).Status);
        await Assert.ThrowsAsync<SocketException>(() => RawWebSocket.ConnectTcpAsync(server.HttpUri));
    }

    [Theory]
    [InlineData(null, "660")]
    [InlineData("600", "600")]
    [InlineData("777", "777")]
    public async Task The_file_has_the_configured_mode(string? configured, string mode)
    {
        await using var server = await StartAsync(configured);

        var found = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(SocketPath);
        Assert.Equal(mode, Convert.ToString((int)found, 8));
    }

    [Fact]
    public async Task Its_folder_is_made_and_the_file_is_removed_at_the_stop()
    {
        await using var server = await StartAsync();
        Assert.True(File.Exists(SocketPath));
        await server.StopAsync();

        Assert.Equal((0, false), (await server.Exited, File.Exists(SocketPath)));
    }

    [Fact]
    public async Task What_a_killed_process_left_is_replaced()
    {
        await using (var killed = await StartAsync())
        {
            killed.Signal(ProcessSignal.Kill);
            await killed.Exited.WithinAsync("the end of the killed process");
        }

        Assert.True(File.Exists(SocketPath));
        await using var server = await StartAsync();
        using var http = new HttpClient(Handler()) { BaseAddress = new Uri("http://localhost/") };
        using var answer = await http.GetAsync(new Uri("/up", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_socket_that_is_served_is_not_taken_from_its_server()
    {
        await using var first = await StartAsync();
        await using var second = SockudoServer.Launch(Setup());

        Assert.Equal(1, await second.Exited.WithinAsync("the second server's end", Deadline.ProcessStart));
        Assert.Contains("another process listens", second.Log, StringComparison.Ordinal);
        using var http = new HttpClient(Handler()) { BaseAddress = new Uri("http://localhost/") };
        using var answer = await http.GetAsync(new Uri("/up", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_file_that_holds_something_is_not_removed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(SocketPath)!);
        await File.WriteAllTextAsync(SocketPath, "somebody's notes", TestContext.Current.CancellationToken);
        await using var server = SockudoServer.Launch(Setup());

        Assert.Equal(1, await server.Exited.WithinAsync("the server's end", Deadline.ProcessStart));
        Assert.Equal("somebody's notes", await File.ReadAllTextAsync(SocketPath, TestContext.Current.CancellationToken));
        Assert.Contains("is a file and no socket", server.Log, StringComparison.Ordinal);
    }

    private Task<SockudoServer> StartAsync(string? mode = null) => SockudoServer.StartAsync(Setup(mode));

    private ServerSetup Setup(string? mode = null)
    {
        var setup = new ServerSetup { Apps = [TestApps.Demo], IsAskedByMetrics = true }.Set("unix_socket.enabled", true).Set("unix_socket.path", SocketPath);
        return mode is null ? setup : setup.Set("unix_socket.permission_mode", mode);
    }

    private SocketsHttpHandler Handler() => new()
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };
}

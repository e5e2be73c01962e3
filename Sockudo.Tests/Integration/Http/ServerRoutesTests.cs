using System.Net;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>Routes for operators, and HTTP itself, on the running server.</summary>
public sealed class ServerRoutesTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Theory]
    [InlineData("GET", "/live")]
    [InlineData("GET", "/ready")]
    [InlineData("GET", "/up")]
    [InlineData("GET", "/up/demo")]
    [InlineData("HEAD", "/live")]
    [InlineData("HEAD", "/ready")]
    [InlineData("HEAD", "/up")]
    [InlineData("GET", "/usage")]
    [InlineData("GET", "/openapi.json")]
    public async Task A_route_of_a_healthy_server_answers_200(string method, string path) =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(method, path)).Status);

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/stats")]
    public async Task What_is_for_operators_is_on_the_metrics_port(string path)
    {
        using var answer = await Server.Http.GetAsync(new Uri(Server.MetricsUri, path), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("/metrics", 404)]
    [InlineData("/up/nobody", 404)]
    [InlineData("/up/disabled", 404)]
    [InlineData("/nothing", 404)]
    [InlineData("/apps/demo/nothing", 404)]
    public async Task A_route_that_cannot_answer_says_so(string path, int status) =>
        Assert.Equal(status, (int)(await SendAsync("GET", path)).Status);

    [Theory]
    [InlineData("/stats")]
    [InlineData("/metrics")]
    public async Task What_is_for_operators_answers_on_the_metrics_listener_only(string path)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("GET", path)).Status);
        using var answer = await Server.Http.GetAsync(new Uri(Server.MetricsUri, path), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task The_metrics_listener_takes_no_sockets_and_no_publishes()
    {
        using var answer = await Server.Http.GetAsync(new Uri(Server.MetricsUri, "/apps/demo/channels"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Health_stands_in_a_header_too() =>
        Assert.Equal("OK", (await SendAsync("GET", "/up")).Headers["X-Health-Check"]);

    [Fact]
    public async Task Usage_is_in_bytes_and_adds_up()
    {
        var memory = (await SendAsync("GET", "/usage")).Json["memory"]!;
        var (free, used, total) = (memory["free"]!.GetValue<long>(), memory["used"]!.GetValue<long>(), memory["total"]!.GetValue<long>());
        Assert.Equal(total, free + used);
        Assert.InRange(total, 1L << 28, 1L << 44);
    }

    [Fact]
    public async Task Two_requests_may_use_one_connection()
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        for (var request = 0; request < 2; request++)
        {
            await socket.SendBytesAsync(Encoding.ASCII.GetBytes($"GET /up HTTP/1.1\r\nHost: {Server.HttpUri.Authority}\r\n\r\n"));
            var answer = await socket.ReadResponseAsync();
            Assert.Equal(200, answer.Status);
            await socket.ReadBytesAsync(int.Parse(answer.Headers["Content-Length"], System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task A_body_above_ten_megabytes_is_refused_with_413_before_it_is_sent()
    {
        var socket = Own(await RawWebSocket.ConnectTcpAsync(Server.HttpUri));
        await socket.SendBytesAsync(Encoding.ASCII.GetBytes(
            $"POST /apps/demo/events?auth_key=demo-key HTTP/1.1\r\nHost: {Server.HttpUri.Authority}\r\nContent-Length: {(10 * 1024 * 1024) + 1}\r\n\r\n"));
        Assert.Equal(413, (await socket.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task Open_sockets_are_counted_in_the_metrics()
    {
        await using var server = await SockudoServer.StartAsync();
        await using var one = await server.ConnectAsync(TestApps.Demo);
        await using var two = await server.ConnectAsync(TestApps.Demo);
        Assert.Equal(2, await MetricAsync(server, "sockudo_connected{"));
    }

    [Fact]
    public async Task A_socket_that_was_reset_is_counted_no_more()
    {
        await using var server = await SockudoServer.StartAsync();
        await using var connection = await server.ConnectAsync(TestApps.Demo);
        connection.Socket.Reset();
        await Eventually.EqualAsync(0, () => MetricAsync(server, "sockudo_connected{"), "open sockets in the metrics");
    }

    [Fact]
    public async Task Channel_names_are_in_no_metric()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SubscribeAsync(channel);
        await Server.Api(TestApps.Demo).PublishAsync(channel, "placed", "1");
        Assert.DoesNotContain(channel, await MetricsAsync(Server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Secrets_are_in_no_log()
    {
        var connection = await ConnectAsync();
        await connection.SendSubscribeAsync(Unique("private-x"), auth: "garbage");
        await connection.WaitForAsync("pusher:error");
        await Server.Api(TestApps.Demo).SendAsync(HttpMethod.Post, "/events", "{}", tamper: request => request.SignAgain("guessed"));
        Assert.DoesNotContain(TestApps.Demo.Secret, Server.Log, StringComparison.Ordinal);
    }

    private static async Task<string> MetricsAsync(SockudoServer server) =>
        await server.Http.GetStringAsync(server.MetricsUri, TestContext.Current.CancellationToken);

    /// <summary>Sum of the metric's series.</summary>
    private static async Task<double> MetricAsync(SockudoServer server, string prefix) =>
        (await MetricsAsync(server)).Split('\n')
            .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private async Task<ApiResponse> SendAsync(string method, string path)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        return await Server.Api(TestApps.Demo).SendAsync(message);
    }
}

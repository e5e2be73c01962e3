using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Adapters;
using Sockudo.Server.Http;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class ErrorTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Theory]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nowhere")]
    [InlineData("POST", "/apps")]
    [InlineData("GET", "/apps/app-id")]
    [InlineData("POST", "/apps/app-id/event")]
    [InlineData("GET", "/apps/app-id/channels/a/b/c")]
    [InlineData("GET", "/apps/app-id//channels")]
    public async Task An_unknown_path_is_a_plain_404(string method, string path)
    {
        var reply = await _host.SendPlainAsync(method, path);

        Assert.Equal((404, "404 NOT FOUND", "text/plain; charset=utf-8"), (reply.Status, reply.Body, reply.Header("Content-Type")));
    }

    [Theory]
    [InlineData("GET", "/apps/app-id/events", "POST")]
    [InlineData("DELETE", "/apps/app-id/channels", "GET")]
    [InlineData("POST", "/up", "GET, HEAD")]
    public async Task A_wrong_method_is_a_plain_405_that_names_the_right_one(string method, string path, string allowed)
    {
        var reply = await _host.SendPlainAsync(method, path);

        Assert.Equal((405, "405 METHOD NOT ALLOWED", allowed), (reply.Status, reply.Body, reply.Header("Allow")));
    }

    [Fact]
    public async Task A_refusal_has_error_code_and_doc_and_nothing_else()
    {
        var reply = await _host.PublishAsync("{}");

        Assert.Equal(["error", "code", "doc"], reply.Json.EnumerateObject().Select(static member => member.Name));
        Assert.Equal("application/json", reply.Header("Content-Type"));
    }

    [Fact]
    public async Task A_defect_is_a_500_without_details()
    {
        await using var host = await ApiHost.StartAsync(static services => services.AddSingleton<IAdapter>(new FakeAdapter()));

        var reply = await host.PublishAsync("""{"name":"e","channel":"defect"}""");

        Assert.Equal((500, "internal_error"), (reply.Status, reply.Code));
        Assert.DoesNotContain("nobody may see", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_announced_over_the_limit_is_refused_before_its_signature()
    {
        await using var host = await ApiHost.StartAsync(static services => services.Configure<HttpApiOptions>(static options => options.RequestLimitInMb = 1));
        var request = host.Request("POST", "/apps/app-id/events").With("auth_signature", "0");
        request.Body = new byte[(1024 * 1024) + 1];

        var reply = await request.SendAsIsAsync();

        Assert.Equal((413, "body_too_large"), (reply.Status, reply.Code));
    }

    [Fact]
    public async Task A_signed_body_that_grows_over_the_limit_is_refused()
    {
        await using var host = await ApiHost.StartAsync(static services => services.Configure<HttpApiOptions>(static options => options.RequestLimitInMb = 1));
        var request = host.Request("POST", "/apps/app-id/events");
        request.Body = new byte[(1024 * 1024) + 1];
        request.IsChunked = true;

        var reply = await request.SendAsync();

        Assert.Equal((413, "body_too_large"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("Content-Length: 5000000")]
    [InlineData("Transfer-Encoding: chunked")]
    public async Task Who_cannot_sign_is_refused_before_any_of_the_body_has_come(string announcement)
    {
        var request = _host.Request("POST", "/apps/app-id/events").With("body_md5", new string('0', 32)).With("auth_signature", new string('0', 64));
        var query = string.Join('&', request.Parameters.Select(static parameter => $"{parameter.Key}={parameter.Value}"));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", _host.Port, TestContext.Current.CancellationToken);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /apps/app-id/events?{query} HTTP/1.1\r\nHost: localhost\r\n{announcement}\r\n\r\n"), TestContext.Current.CancellationToken);
        var answer = new byte[4096];
        var length = await socket.ReceiveAsync(answer, TestContext.Current.CancellationToken).AsTask().DeadlineAsync();

        Assert.StartsWith("HTTP/1.1 401 ", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_the_limit_is_read()
    {
        await using var host = await ApiHost.StartAsync(static services => services.Configure<HttpApiOptions>(static options => options.RequestLimitInMb = 1));
        var request = host.Request("POST", "/apps/app-id/users/1/terminate_connections");
        request.Body = new byte[1024 * 1024];

        Assert.Equal(200, (await request.SendAsync()).Status);
    }

    [Fact]
    public async Task An_event_larger_than_the_broker_takes_is_refused()
    {
        await using var host = await ApiHost.StartAsync(static services => services.AddSingleton<IAdapter>(new FakeAdapter { MaxEventBytes = 500 }));

        var reply = await host.PublishAsync($$"""{"name":"e","channel":"c","data":"{{new string('d', 500)}}"}""");

        Assert.Equal((413, "payload_too_large"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("not-a-size")]
    [InlineData("80000000")]
    [InlineData("fffffffffffffffff")]
    [InlineData("5;\nab\r\nhello")]
    public async Task Broken_chunks_are_a_400(string chunk)
    {
        var request = _host.Request("POST", "/apps/app-id/events").Sign();
        var query = string.Join('&', request.Parameters.Select(static parameter => $"{parameter.Key}={parameter.Value}"));

        var answer = await ExchangeAsync($"POST /apps/app-id/events?{query} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunk}\r\n");

        Assert.StartsWith("HTTP/1.1 400", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_absolute_form_of_a_request_is_understood()
    {
        var request = _host.Request("GET", ApiHost.AnyPath).Sign();
        var query = string.Join('&', request.Parameters.Select(static parameter => $"{parameter.Key}={parameter.Value}"));

        var answer = await ExchangeAsync($"GET http://x{ApiHost.AnyPath}?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
    }

    private async Task<string> ExchangeAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _host.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return await new StreamReader(stream).ReadToEndAsync(deadline.Token);
    }
}

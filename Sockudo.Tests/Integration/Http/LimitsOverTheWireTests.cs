using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>Limits of an address as a configuration file sets them: two requests and two sockets a minute; and replays.</summary>
public sealed class LimitsOverTheWireTests : IAsyncLifetime
{
    private SockudoServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }
        .Set("http_api.replay_protection", true)
        .Set("rate_limiter.enabled", true).Set("rate_limiter.api_rate_limit.max_requests", 2).Set("rate_limiter.websocket_rate_limit.max_requests", 2));

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task The_third_request_is_a_429_with_the_headers_of_the_limit()
    {
        var api = _server.Api(TestApps.Demo);
        Assert.Equal("1", (await api.GetAsync("/channels")).Headers["X-RateLimit-Remaining"]);
        await api.GetAsync("/channels");
        var answer = await api.GetAsync("/channels");

        Assert.Equal((HttpStatusCode.TooManyRequests, "2", "0"), (answer.Status, answer.Headers["X-RateLimit-Limit"], answer.Headers["X-RateLimit-Remaining"]));
        Assert.Equal(answer.Headers["X-RateLimit-Reset"], answer.Headers["Retry-After"]);
        Assert.Equal("Too Many Requests", answer.Json["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task Sockets_and_requests_are_counted_apart()
    {
        await using var one = await _server.ConnectAsync(TestApps.Demo);
        await using var two = await _server.ConnectAsync(TestApps.Demo);

        Assert.Equal(HttpStatusCode.OK, (await _server.Api(TestApps.Demo).GetAsync("/channels")).Status);
    }

    [Fact]
    public async Task At_either_door_the_third_socket_is_a_429_with_the_same_headers()
    {
        await using var one = await _server.ConnectAsync(TestApps.Demo);
        await using var two = await _server.ConnectAsync(TestApps.Demo);
        await using var atTheDoor = await RawWebSocket.OpenAsync(_server.HttpUri, $"/app/{TestApps.Demo.Key}");
        await using var later = await RawWebSocket.ConnectTcpAsync(_server.HttpUri);
        await later.SendBytesAsync(Encoding.ASCII.GetBytes($"GET /up HTTP/1.1\r\nHost: {_server.HttpUri.Authority}\r\n\r\n"));
        await later.ReadResponseAsync();
        await later.ReadBytesAsync(2);
        await later.SendBytesAsync(Encoding.ASCII.GetBytes(RawWebSocket.UpgradeRequest(_server.HttpUri, $"/app/{TestApps.Demo.Key}")));
        await later.ReadResponseAsync();

        string[] names = ["X-RateLimit-Limit", "X-RateLimit-Remaining"];
        Assert.Equal((429, 429), (atTheDoor.Response.Status, later.Response.Status));
        Assert.Equal(names.Select(name => atTheDoor.Response.Headers[name]), names.Select(name => later.Response.Headers[name]));
        Assert.Equal(["2", "0"], names.Select(name => later.Response.Headers[name]));
        Assert.InRange(int.Parse(later.Response.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), 1, 60);
    }

    [Fact]
    public async Task A_publish_that_is_sent_again_is_refused()
    {
        var request = new SignedRequest(TestApps.Demo, HttpMethod.Post, "/apps/demo/events", new JsonObject { ["name"] = "placed", ["channel"] = "orders", ["data"] = "1" }.ToJsonString());
        request.Sign(TimeProvider.System.GetUtcNow());
        using var first = request.ToMessage();
        using var again = request.ToMessage();
        var api = _server.Api(TestApps.Demo);

        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(first)).Status);
        var answer = await api.SendAsync(again);
        Assert.Equal("401 signature_replayed", $"{(int)answer.Status} {answer.Json["code"]}");
    }
}

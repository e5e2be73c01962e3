using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Conformance;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Hosting;

/// <summary>Every route below a prefix, for a proxy that does not strip it, and cross-origin answers over the wire.</summary>
public sealed class PathPrefixTests(RealClients clients) : IAsyncLifetime
{
    private const string Prefix = "/realtime";

    private SockudoServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo], IsAskedByMetrics = true }
        .Set("path_prefix", Prefix).Set("cors.origin", new JsonArray("https://shop.example")).Set("cors.credentials", true));

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task pusher_js_connects_with_wsPath_and_gets_events()
    {
        await using var client = new RealClient(await clients.OfAsync(ClientHost.Node), _server, TestApps.Demo);
        await client.StartAsync(options: new JsonObject { ["wsPath"] = Prefix });
        await client.ConnectedAsync();
        await client.SubscribeAsync("orders");

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Prefix + "/apps/demo/events", signedPath: null)).Status);
        Assert.Equal("42", (await client.EventAsync("orders", "placed")).Data!.ToString());
    }

    [Theory]
    [InlineData(Prefix + "/apps/demo/events")]
    [InlineData("/apps/demo/events")]
    public async Task The_API_takes_signatures_with_the_prefix_and_without(string signedPath) =>
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(Prefix + "/apps/demo/events", signedPath)).Status);

    [Fact]
    public async Task The_prefix_is_no_way_around_the_signature() =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(Prefix + "/apps/demo/events", "/apps/demo/batch_events")).Status);

    [Theory]
    [InlineData("/ready", HttpStatusCode.OK)]
    [InlineData("/up/demo", HttpStatusCode.OK)]
    [InlineData("/metrics", HttpStatusCode.NotFound)]
    [InlineData("/stats", HttpStatusCode.NotFound)]
    public async Task Below_the_prefix_a_listener_still_answers_only_its_own_routes(string path, HttpStatusCode status)
    {
        using var answer = await _server.Http.GetAsync(new Uri(Prefix + path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
    }

    [Theory]
    [InlineData("https://shop.example", "https://shop.example", "true", "GET, POST, OPTIONS")]
    [InlineData("https://evil.example", null, null, null)]
    public async Task A_preflight_is_answered_by_the_configured_origins(string origin, string? allowed, string? credentials, string? methods)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, new Uri(Prefix + "/apps/demo/events", UriKind.Relative));
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var answer = await _server.Http.SendAsync(preflight, TestContext.Current.CancellationToken);

        Assert.Equal(
            (HttpStatusCode.NoContent, allowed, credentials, methods),
            (answer.StatusCode, Header(answer, "Access-Control-Allow-Origin"), Header(answer, "Access-Control-Allow-Credentials"), Header(answer, "Access-Control-Allow-Methods")));
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private async Task<ApiResponse> SendAsync(string path, string? signedPath)
    {
        var request = new SignedRequest(TestApps.Demo, HttpMethod.Post, signedPath ?? path, """{"name":"placed","channel":"orders","data":"42"}""");
        request.Sign(TimeProvider.System.GetUtcNow());
        request.Path = path;
        using var message = request.ToMessage();
        return await new PusherHttp(_server.Http, TestApps.Demo).SendAsync(message);
    }
}

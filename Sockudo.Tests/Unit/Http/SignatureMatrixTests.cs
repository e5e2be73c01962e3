using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>Every signed route against every wrong sender.</summary>
public sealed class SignatureMatrixTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private const string Event = """{"name":"greeting","channel":"chat","data":"hello"}""";

    private readonly ApiHost _host = fixture.Host;

    public static TheoryData<string, string> Routes => new()
    {
        { "POST", "/events" },
        { "POST", "/batch_events" },
        { "GET", "/channels" },
        { "GET", "/channels/chat" },
        { "GET", "/channels/presence-chat/users" },
        { "POST", "/users/42/terminate_connections" },
        { "POST", "/users/42/force_reconnect" },
        { "GET", "/webhooks/dead_letters" },
        { "POST", "/webhooks/dead_letters/replay" },
    };

    [Fact]
    public void The_matrix_names_every_route_below_apps()
    {
        var named = Routes.Select(static row => $"{row.Data.Item1} /apps/app-id{row.Data.Item2}").ToArray();
        var mapped = _host.Services.GetServices<EndpointDataSource>().SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(static route => route.RoutePattern.RawText!.StartsWith("/apps/", StringComparison.Ordinal)).ToArray();

        Assert.Equal(mapped.Length, named.Length);
        Assert.All(mapped, route =>
        {
            var pattern = string.Join("[^/]+", Regex.Split(route.RoutePattern.RawText!.TrimEnd('/'), @"\{\w+\}").Select(Regex.Escape));
            var method = Assert.Single(route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods);
            Assert.Single(named, request => Regex.IsMatch(request, $"^{method} {pattern}$"));
        });
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_signed_request_is_admitted(string method, string route)
    {
        var body = route switch { "/events" => Event, "/batch_events" => """{"batch":[]}""", _ => "{}" };

        var reply = await _host.Request(method, "/apps/app-id" + route, method == "POST" ? body : null).SendAsync();

        // This host has no webhooks: their routes say so, after the signature.
        Assert.Equal(route.StartsWith("/webhooks", StringComparison.Ordinal) ? (404, "webhooks_off") : (200, null), (reply.Status, reply.Code));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task The_key_of_another_app_is_refused(string method, string route)
    {
        var reply = await _host.Request(method, "/apps/app-id" + route, method == "POST" ? Event : null, ApiHost.Other).SendAsync();

        Assert.Equal((401, "app_id_mismatch"), (reply.Status, reply.Code));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task The_secret_of_another_app_is_refused(string method, string route)
    {
        var request = _host.Request(method, "/apps/app-id" + route, method == "POST" ? Event : null).Sign();

        var reply = await request.With("auth_signature", request.SignatureOf(ApiHost.Other.Secret)).SendAsIsAsync();

        Assert.Equal((401, "signature_invalid"), (reply.Status, reply.Code));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_disabled_app_is_refused(string method, string route)
    {
        var reply = await _host.Request(method, "/apps/off-id" + route, method == "POST" ? Event : null, ApiHost.Disabled).SendAsync();

        Assert.Equal((403, "app_disabled"), (reply.Status, reply.Code));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_request_without_a_query_is_refused(string method, string route)
    {
        var reply = await _host.Request(method, "/apps/app-id" + route).SendRawAsync("");

        Assert.Equal((400, "query_missing"), (reply.Status, reply.Code));
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_request_of_too_long_ago_is_refused(string method, string route)
    {
        var reply = await _host.Request(method, "/apps/app-id" + route, method == "POST" ? Event : null).With("auth_timestamp", Time(-601)).SendAsync();

        Assert.Equal((401, "timestamp_expired"), (reply.Status, reply.Code));
    }

    private string Time(int offset) => (_host.Clock.GetUtcNow().ToUnixTimeSeconds() + offset).ToString(CultureInfo.InvariantCulture);
}

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>Which path a sender may have signed, when it is not the one that was received.</summary>
public sealed class SignedPathsTests
{
    private const string Prefix = "/realtime";

    private static readonly (string Method, string Path)[] Routes =
    [
        ("POST", "/apps/app-id/events"), ("POST", "/apps/app-id/batch_events"), ("GET", "/apps/app-id/channels"),
        ("GET", "/apps/app-id/channels/presence-a"), ("GET", "/apps/app-id/channels/presence-a/users"), ("GET", "/apps/app-id/channels/users"),
        ("POST", "/apps/app-id/users/a b/terminate_connections"), ("POST", "/apps/app-id/users/a b/force_reconnect"),
        ("POST", "/apps/app-id/users/events/terminate_connections"), ("POST", "/apps/app-id/users/a/b/terminate_connections"),
        ("POST", "/apps/app-id/users/a?b/terminate_connections"), ("POST", "/apps/app-id/users/a#b/terminate_connections"),
        ("POST", "/apps/app-id/users/a%2Fb/terminate_connections"), ("POST", "/apps/app-id/users/a\nb/terminate_connections"),
        ("POST", "/apps/app-id/users/a\u0085b/terminate_connections"), ("POST", "/apps/app-id/users/zoë/terminate_connections"),
        ("POST", Prefix + "/apps/app-id/events"),
    ];

    [Theory]
    [InlineData("/apps/1/users/a%20b/x", "", "/apps/1/users/a%20b/x", "/apps/1/users/a b/x")]
    [InlineData("/apps/1/users/%C3%A9%7C/x", "", "/apps/1/users/%C3%A9%7C/x", "/apps/1/users/é|/x")]
    [InlineData("/apps/1/users/a%2Fb/x", "", "/apps/1/users/a%2Fb/x")]
    [InlineData("/apps/1/users/a%3Fb/x", "", "/apps/1/users/a%3Fb/x")]
    [InlineData("/apps/1/users/a%23b/x", "", "/apps/1/users/a%23b/x")]
    [InlineData("/apps/1/users/a%2520b/x", "", "/apps/1/users/a%2520b/x")]
    [InlineData("/apps/1/users/a%0Ab/x", "", "/apps/1/users/a%0Ab/x")]
    [InlineData("/apps/1/users/a%C2%85b/x", "", "/apps/1/users/a%C2%85b/x")]
    [InlineData("/apps/1/users/a%FFb/x", "", "/apps/1/users/a%FFb/x")]
    [InlineData("/apps/1/users/a%zzb/x", "", "/apps/1/users/a%zzb/x")]
    [InlineData("/apps/1/events", "/ws", "/apps/1/events", "/ws/apps/1/events")]
    [InlineData("/ws/apps/1/events", "/ws", "/ws/apps/1/events", "/apps/1/events")]
    [InlineData("/WS/apps/1/events", "/ws", "/WS/apps/1/events", "/apps/1/events", "/ws/apps/1/events")]
    [InlineData("/WS/apps/1/users/a%20b", "/ws", "/WS/apps/1/users/a%20b", "/apps/1/users/a%20b", "/ws/apps/1/users/a%20b", "/WS/apps/1/users/a b", "/apps/1/users/a b", "/ws/apps/1/users/a b")]
    [InlineData("/wsx/apps/1", "/ws", "/wsx/apps/1", "/ws/wsx/apps/1")]
    public void The_candidates_are_the_path_and_its_decoded_form_each_with_the_prefix_and_without(string raw, string prefix, params string[] expected)
    {
        List<string> found = [];
        var candidates = new SignedPaths(raw, prefix);
        while (candidates.MoveNext()) found.Add(candidates.Current.ToString());

        Assert.Equal(expected, found);
        Assert.InRange(found.Count, 1, SignedPaths.Most);
    }

    [Fact]
    public async Task A_signature_of_one_route_never_opens_another()
    {
        await using var host = await StartAsync();
        var opened = new List<string>();
        var own = 0;
        foreach (var (signedMethod, signed) in Routes)
        {
            foreach (var (method, route) in Routes)
            {
                foreach (var sent in Encodings(route))
                {
                    var request = host.Request(method, sent, method == "POST" ? "{}" : null);
                    request.SignedPath = signed;
                    var reply = await request.SendAsync();
                    var isOpened = reply.Status != 404 && reply.Code is not ("signature_invalid" or "app_id_mismatch");
                    if (isOpened && signedMethod == method && (signed == sent || IsSame(signed, route))) own++;
                    else if (isOpened) opened.Add($"{signedMethod} {signed} -> {method} {sent}: {reply.Status} {reply.Code}");
                }
            }
        }

        Assert.Empty(opened);
        Assert.InRange(own, Routes.Length, int.MaxValue);
    }

    [Theory]
    [InlineData("/apps/app-id/channels", Prefix + "/apps/app-id/channels")]
    [InlineData(Prefix + "/apps/app-id/channels", "/apps/app-id/channels")]
    [InlineData(Prefix + "/apps/app-id/channels", Prefix + "/apps/app-id/channels")]
    [InlineData("/apps/app-id/channels/a%3Bb", Prefix + "/apps/app-id/channels/a;b")]
    public async Task Proxy_and_SDK_may_differ_in_the_prefix(string sent, string signedPath)
    {
        await using var host = await StartAsync();
        var request = host.Request("GET", sent);
        request.SignedPath = signedPath;

        Assert.Equal(200, (await request.SendAsync()).Status);
    }

    [Theory]
    [InlineData("idp|42")]
    [InlineData("a b")]
    [InlineData("x+1@ex.test")]
    [InlineData("zoë")]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("100%")]
    [InlineData("a?b#c")]
    [InlineData("\U0001f600")]
    public async Task A_user_of_any_id_is_reached_by_its_encoded_form(string userId)
    {
        await using var host = await StartAsync();
        var subscriber = new Subscriber(host).SignIn(userId);

        await host.PostAsync($"/apps/app-id/users/{Uri.EscapeDataString(userId)}/terminate_connections", "{}");

        Assert.Equal(4009, await subscriber.CloseCodeAsync());
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("zoë")]
    [InlineData("idp|42")]
    public async Task A_user_is_reached_when_the_SDK_signed_before_it_encoded(string userId)
    {
        await using var host = await StartAsync();
        var subscriber = new Subscriber(host).SignIn(userId);
        var request = host.Request("POST", $"/apps/app-id/users/{Uri.EscapeDataString(userId)}/terminate_connections", "{}");
        request.SignedPath = $"/apps/app-id/users/{userId}/terminate_connections";

        await request.SendAsync();

        Assert.Equal(4009, await subscriber.CloseCodeAsync());
    }

    [Fact]
    public async Task A_request_without_a_query_is_told_of_a_proxy_that_drops_it()
    {
        await using var host = await StartAsync();

        var reply = await host.SendPlainAsync("GET", ApiHost.AnyPath);

        Assert.Equal((400, "query_missing"), (reply.Status, reply.Code));
        Assert.Contains("proxy", reply.Error, StringComparison.Ordinal);
    }

    private static Task<ApiHost> StartAsync() => ApiHost.StartAsync(
        static services => services.Configure<HttpApiOptions>(static options => options.PathPrefix = Prefix),
        application: static app => app.UsePathBase(Prefix));

    private static bool IsSame(string signed, string route) =>
        signed == route || signed == Prefix + route || route == Prefix + signed || Uri.EscapeDataString(signed) == route;

    // As it stands where that is a path at all, each segment encoded, everything of it encoded but its slashes, and all of the letters.
    private static IEnumerable<string> Encodings(string route)
    {
        var segments = string.Join('/', route.Split('/').Select(Uri.EscapeDataString));
        var asOne = route.Replace("/users/a/b/", "/users/a%2Fb/", StringComparison.Ordinal);
        var letters = string.Join('/', route.Split('/').Select(static segment => string.Concat(System.Text.Encoding.UTF8.GetBytes(segment).Select(static b => $"%{b:X2}"))));
        return new[] { segments, letters }.Concat(asOne == route ? [] : [asOne]).Distinct();
    }
}

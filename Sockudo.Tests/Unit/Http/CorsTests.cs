using Microsoft.Extensions.DependencyInjection;
using Sockudo.Server.Http;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class CorsTests
{
    private static readonly (string, string)[] FromShop = [("Origin", "https://shop.example.com")];

    [Fact]
    public async Task By_default_any_origin_may_without_credentials()
    {
        await using var host = await ApiHost.StartAsync();

        var reply = await host.SendPlainAsync("GET", "/up", FromShop);

        Assert.Equal(("*", null), (reply.Header("Access-Control-Allow-Origin"), reply.Header("Access-Control-Allow-Credentials")));
    }

    [Fact]
    public async Task A_listed_origin_may_with_credentials()
    {
        await using var host = await StartAsync("https://*.example.com");

        var reply = await host.SendPlainAsync("GET", "/up", FromShop);

        Assert.Equal(("https://shop.example.com", "true", "Origin"),
            (reply.Header("Access-Control-Allow-Origin"), reply.Header("Access-Control-Allow-Credentials"), reply.Header("Vary")));
    }

    [Fact]
    public async Task Credentials_can_be_off()
    {
        await using var host = await StartAsync(credentials: false, "https://shop.example.com");

        Assert.Null((await host.SendPlainAsync("GET", "/up", FromShop)).Header("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Another_origin_may_not()
    {
        await using var host = await StartAsync("https://other.example.com");

        var reply = await host.SendPlainAsync("GET", "/up", FromShop);

        Assert.Equal((200, null), (reply.Status, reply.Header("Access-Control-Allow-Origin")));
    }

    [Fact]
    public async Task An_empty_list_allows_nobody()
    {
        await using var host = await StartAsync();

        Assert.Null((await host.SendPlainAsync("GET", "/up", FromShop)).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_preflight_is_answered_with_methods_and_headers()
    {
        await using var host = await ApiHost.StartAsync();

        var reply = await host.SendPlainAsync("OPTIONS", "/apps/app-id/events", [.. FromShop, ("Access-Control-Request-Method", "POST")]);

        Assert.Equal((204, "GET, POST, OPTIONS", "Authorization, Content-Type, X-Requested-With, Accept"),
            (reply.Status, reply.Header("Access-Control-Allow-Methods"), reply.Header("Access-Control-Allow-Headers")));
    }

    [Fact]
    public async Task A_preflight_of_another_origin_is_told_nothing()
    {
        await using var host = await StartAsync("https://other.example.com");

        var reply = await host.SendPlainAsync("OPTIONS", "/apps/app-id/events", [.. FromShop, ("Access-Control-Request-Method", "POST")]);

        Assert.Null(reply.Header("Access-Control-Allow-Methods"));
    }

    [Fact]
    public async Task A_refusal_has_the_headers_too()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Equal("*", (await host.SendPlainAsync("GET", ApiHost.AnyPath, FromShop)).Header("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/usage")]
    [InlineData("/stats")]
    [InlineData("/nowhere")]
    [InlineData("/apps/app-id/nowhere")]
    public async Task Other_paths_have_none(string path)
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Null((await host.SendPlainAsync("GET", path, FromShop)).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Without_an_origin_there_are_none()
    {
        await using var host = await ApiHost.StartAsync();

        Assert.Null((await host.SendPlainAsync("GET", "/up")).Header("Access-Control-Allow-Origin"));
    }

    private static Task<ApiHost> StartAsync(params string[] origins) => StartAsync(credentials: true, origins);

    private static Task<ApiHost> StartAsync(bool credentials, params string[] origins) => ApiHost.StartAsync(services =>
        services.Configure<CorsOptions>(options =>
        {
            options.Origins = origins;
            options.Credentials = credentials;
        }));
}

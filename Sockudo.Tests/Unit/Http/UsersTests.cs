using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class UsersTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Theory]
    [InlineData("terminate_connections", 4009)]
    [InlineData("force_reconnect", 4200)]
    public async Task Each_connection_of_the_user_is_closed_with_the_code(string route, int code)
    {
        var phone = new Subscriber(_host).SignIn(route);
        var laptop = new Subscriber(_host).SignIn(route);

        await _host.PostAsync($"/apps/app-id/users/{route}/{route}", "{}");

        Assert.Equal((code, code), (await phone.CloseCodeAsync(), await laptop.CloseCodeAsync()));
    }

    [Fact]
    public async Task The_client_is_told_why_first()
    {
        var subscriber = new Subscriber(_host).SignIn("told");

        await _host.PostAsync("/apps/app-id/users/told/terminate_connections", "");

        var error = await subscriber.NextAsync();
        Assert.Equal(("pusher:error", 4009), (error.GetProperty("event").GetString(), error.GetProperty("data").GetProperty("code").GetInt32()));
    }

    [Theory]
    [InlineData("terminate_connections")]
    [InlineData("force_reconnect")]
    public async Task A_user_without_connections_is_no_error(string route) =>
        Assert.Equal("""{"ok":true}""", (await _host.PostAsync($"/apps/app-id/users/nobody/{route}", "{}")).Body);

    [Theory]
    [InlineData("a/b", "a%2Fb")]
    [InlineData("a%2Fb", "a%252Fb")]
    [InlineData("jürg 1", "j%C3%BCrg%201")]
    [InlineData("a+b", "a+b")]
    public async Task A_user_id_is_decoded_once(string userId, string segment)
    {
        var subscriber = new Subscriber(_host).SignIn(userId);

        await _host.PostAsync($"/apps/app-id/users/{segment}/terminate_connections", "{}");

        Assert.Equal(4009, await subscriber.CloseCodeAsync());
    }

    [Fact]
    public async Task Another_apps_user_of_the_same_id_stays()
    {
        var other = await new Subscriber(_host, ApiHost.Other).SignIn("same").SubscribeAsync("c");

        await _host.PostAsync("/apps/app-id/users/same/terminate_connections", "{}");
        await _host.PostAsync("/apps/other-id/events", """{"name":"marker","channel":"c"}""", ApiHost.Other);

        Assert.Equal("marker", (await other.NextAsync()).GetProperty("event").GetString());
    }
}

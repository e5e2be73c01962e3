using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class ChannelsTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Without_channels_the_list_is_empty() => Assert.Equal("""{"channels":{}}""", await ListAsync());

    [Fact]
    public async Task Occupied_channels_are_listed_with_nothing_about_them()
    {
        await new Subscriber(_host).SubscribeAsync("chat");

        Assert.Equal("""{"channels":{"chat":{}}}""", await ListAsync());
    }

    [Fact]
    public async Task Another_apps_channels_are_not_listed()
    {
        await new Subscriber(_host, ApiHost.Other).SubscribeAsync("theirs");

        Assert.Equal("""{"channels":{}}""", await ListAsync());
    }

    [Fact]
    public async Task The_list_can_be_filtered_by_prefix()
    {
        await (await new Subscriber(_host).SubscribeAsync("chat-1")).SubscribeAsync("news");

        Assert.Equal("""{"channels":{"chat-1":{}}}""", await ListAsync(("filter_by_prefix", "chat-")));
    }

    [Fact]
    public async Task The_list_can_tell_subscription_counts()
    {
        await new Subscriber(_host).SubscribeAsync("chat");
        await new Subscriber(_host).SubscribeAsync("chat");

        Assert.Equal("""{"channels":{"chat":{"subscription_count":2}}}""", await ListAsync(("info", "subscription_count")));
    }

    [Fact]
    public async Task The_list_can_tell_user_counts_of_presence_channels()
    {
        await new Subscriber(_host).SubscribeAsync("presence-chat", "u-1");
        await new Subscriber(_host).SubscribeAsync("presence-chat", "u-1");
        await new Subscriber(_host).SubscribeAsync("news");

        Assert.Equal(
            """{"channels":{"presence-chat":{"user_count":1}}}""", await ListAsync(("info", "user_count"), ("filter_by_prefix", "presence-")));
    }

    [Fact]
    public async Task User_counts_of_other_channels_are_refused()
    {
        await new Subscriber(_host).SubscribeAsync("chat");

        var reply = await _host.Request("GET", ApiHost.AnyPath).With("info", "user_count").SendAsync();

        Assert.Equal((400, "user_count_not_allowed"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("", """{"occupied":false}""")]
    [InlineData("subscription_count", """{"occupied":false,"subscription_count":0}""")]
    [InlineData("cache", """{"occupied":false}""")]
    public async Task A_channel_nobody_is_in(string info, string body) => Assert.Equal(body, await ShowAsync("cache-empty", info));

    [Fact]
    public async Task A_channel_somebody_is_in()
    {
        await new Subscriber(_host).SubscribeAsync("presence-chat", "u-1");

        Assert.Equal("""{"occupied":true,"user_count":1,"subscription_count":1}""", await ShowAsync("presence-chat", "user_count,subscription_count"));
    }

    [Fact]
    public async Task A_cache_channels_last_event_is_told_as_it_was_sent()
    {
        await _host.PublishAsync("""{"name":"e","channel":"cache-news","data":"{\"a\":1}"}""");
        _host.Clock.Advance(TimeSpan.FromSeconds(600));

        var cache = (await _host.Request("GET", "/apps/app-id/channels/cache-news").With("info", "cache").SendAsync()).Json.GetProperty("cache");

        Assert.Equal("""{"event":"e","channel":"cache-news","data":"{\"a\":1}"}""", cache.GetProperty("data").GetString());
        Assert.Equal(3000, cache.GetProperty("ttl").GetInt32());
    }

    [Fact]
    public async Task The_user_count_of_another_channel_is_refused()
    {
        var reply = await _host.Request("GET", "/apps/app-id/channels/chat").With("info", "user_count").SendAsync();

        Assert.Equal((400, "user_count_not_allowed"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("/apps/app-id/channels/with%20space")]
    [InlineData("/apps/app-id/channels/with%2Fslash")]
    [InlineData("/apps/app-id/channels/with%20space/users")]
    public async Task A_name_no_channel_can_have_is_refused(string path)
    {
        var reply = await _host.GetAsync(path);

        Assert.Equal((400, "channel_invalid"), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData("presence-chat;1")]
    [InlineData("presence-chat%3B1")]
    public async Task A_name_may_be_encoded(string name)
    {
        await new Subscriber(_host).SubscribeAsync("presence-chat;1", "u-1");

        Assert.True((await _host.GetAsync($"/apps/app-id/channels/{name}")).Json.GetProperty("occupied").GetBoolean());
    }

    [Fact]
    public async Task Users_of_a_presence_channel_are_listed_once_each()
    {
        await new Subscriber(_host).SubscribeAsync("presence-chat", "é \"1\"");
        await new Subscriber(_host).SubscribeAsync("presence-chat", "é \"1\"");

        Assert.Equal("""{"users":[{"id":"é \"1\""}]}""", (await _host.GetAsync("/apps/app-id/channels/presence-chat/users")).Body);
    }

    [Fact]
    public async Task An_empty_presence_channel_has_no_users() =>
        Assert.Equal("""{"users":[]}""", (await _host.GetAsync("/apps/app-id/channels/presence-chat/users")).Body);

    [Fact]
    public async Task Users_of_another_channel_are_refused()
    {
        var reply = await _host.GetAsync("/apps/app-id/channels/chat/users");

        Assert.Equal((400, "not_presence"), (reply.Status, reply.Code));
    }

    private async Task<string> ListAsync(params (string Key, string Value)[] parameters)
    {
        var request = _host.Request("GET", ApiHost.AnyPath);
        request.Parameters.AddRange(parameters);
        return (await request.SendAsync()).Body;
    }

    private async Task<string> ShowAsync(string channel, string info) =>
        (await _host.Request("GET", $"/apps/app-id/channels/{channel}").With("info", info).SendAsync()).Body;
}

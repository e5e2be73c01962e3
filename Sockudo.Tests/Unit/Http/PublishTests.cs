using System.Text.Json;
using Sockudo.Server.Metrics;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class PublishTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task The_answer_is_ok_true() =>
        Assert.Equal("""{"ok":true}""", (await _host.PublishAsync("""{"name":"e","channel":"nobody-here","data":"x"}""")).Body);

    [Theory]
    [InlineData("""
        "hello"
        """, """
        "hello"
        """)]
    [InlineData("""
        "{\"price\":1.50,\"text\":\"é + < \\u00e9\"}"
        """, """
        "{\"price\":1.50,\"text\":\"é + < \\u00e9\"}"
        """)]
    [InlineData("""{ "a" : [ 1, "x y\" z" ] }""", """
        "{\"a\":[1,\"x y\\\" z\"]}"
        """)]
    [InlineData("12", """
        "12"
        """)]
    [InlineData("true", """
        "true"
        """)]
    [InlineData("null", """
        "null"
        """)]
    public async Task Data_reaches_subscribers_as_a_string(string sent, string received)
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("data");

        await _host.PublishAsync($$"""{"name":"e","channel":"data","data":{{sent}}}""");

        Assert.Equal($$"""{"event":"e","channel":"data","data":{{received}}}""", await subscriber.NextTextAsync());
    }

    [Fact]
    public async Task Missing_data_is_the_string_null()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("no-data");

        await _host.PublishAsync("""{"name":"e","channel":"no-data"}""");

        Assert.Equal("null", (await subscriber.NextAsync()).GetProperty("data").GetString());
    }

    [Fact]
    public async Task Each_of_several_channels_gets_the_event()
    {
        var first = await new Subscriber(_host).SubscribeAsync("several-1");
        var second = await new Subscriber(_host).SubscribeAsync("several-2");

        await _host.PublishAsync("""{"name":"e","channels":["several-1","several-2"],"data":"x"}""");

        Assert.Equal("several-1", (await first.NextAsync()).GetProperty("channel").GetString());
        Assert.Equal("several-2", (await second.NextAsync()).GetProperty("channel").GetString());
    }

    [Fact]
    public async Task A_channel_named_twice_gets_the_event_once()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("twice");

        await _host.PublishAsync("""{"name":"once","channels":["twice","twice"]}""");
        await _host.PublishAsync("""{"name":"marker","channel":"twice"}""");

        Assert.Equal("once", await NextEventAsync(subscriber));
        Assert.Equal("marker", await NextEventAsync(subscriber));
    }

    [Fact]
    public async Task The_channels_member_wins_over_channel()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("wins");

        var reply = await _host.PublishAsync("""{"name":"e","channel":"!!!","channels":["wins"]}""");

        Assert.Equal((200, "e"), (reply.Status, await NextEventAsync(subscriber)));
    }

    [Fact]
    public async Task The_excluded_socket_does_not_get_the_event()
    {
        var excluded = await new Subscriber(_host).SubscribeAsync("excluding");
        var other = await new Subscriber(_host).SubscribeAsync("excluding");

        await _host.PublishAsync($$"""{"name":"e","channel":"excluding","socket_id":"{{excluded.Connection.Id}}"}""");
        await _host.PublishAsync("""{"name":"marker","channel":"excluding"}""");

        Assert.Equal("e", await NextEventAsync(other));
        Assert.Equal("marker", await NextEventAsync(excluded));
    }

    [Fact]
    public async Task Tags_are_given_to_subscribers()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("tagged");

        await _host.PublishAsync("""{"name":"e","channel":"tagged","tags":{ "team" : "r\u00e9d" }}""");

        Assert.Equal("réd", (await subscriber.NextAsync()).GetProperty("tags").GetProperty("team").GetString());
    }

    [Fact]
    public async Task A_users_own_channel_reaches_each_of_its_connections()
    {
        var phone = new Subscriber(_host).SignIn("u-1");
        var laptop = new Subscriber(_host).SignIn("u-1");

        await _host.PublishAsync("""{"name":"e","channel":"#server-to-user-u-1","data":"x"}""");

        Assert.Equal("e", await NextEventAsync(phone));
        Assert.Equal("e", await NextEventAsync(laptop));
    }

    [Fact]
    public async Task Another_apps_channel_of_the_same_name_gets_nothing()
    {
        var other = await new Subscriber(_host, ApiHost.Other).SubscribeAsync("shared-name");

        await _host.PublishAsync("""{"name":"ours","channel":"shared-name"}""");
        await _host.PostAsync("/apps/other-id/events", """{"name":"theirs","channel":"shared-name"}""", ApiHost.Other);

        Assert.Equal("theirs", await NextEventAsync(other));
    }

    [Fact]
    public async Task Events_of_one_publisher_keep_their_order()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("ordered");

        for (var i = 0; i < 50; i++) await _host.PublishAsync($$"""{"name":"e{{i}}","channel":"ordered"}""");

        for (var i = 0; i < 50; i++) Assert.Equal($"e{i}", await NextEventAsync(subscriber));
    }

    [Fact]
    public async Task Info_adds_the_counts_of_each_channel()
    {
        await new Subscriber(_host).SubscribeAsync("presence-counted", "u-7");
        await new Subscriber(_host).SubscribeAsync("presence-counted", "u-7");

        var reply = await _host.PublishAsync("""{"name":"e","channels":["presence-counted","plain"],"info":"user_count, subscription_count"}""");

        Assert.Equal(
            """{"channels":{"presence-counted":{"user_count":1,"subscription_count":2},"plain":{"subscription_count":0}}}""", reply.Body);
    }

    [Fact]
    public async Task Channels_of_which_nothing_is_said_are_left_out()
    {
        var reply = await _host.PublishAsync("""{"name":"e","channels":["presence-alone","plain"],"info":"user_count"}""");

        Assert.Equal("""{"channels":{"presence-alone":{"user_count":0}}}""", reply.Body);
    }

    [Theory]
    [InlineData("user_count")]
    [InlineData("cache,unknown")]
    [InlineData("")]
    public async Task When_nothing_is_said_of_any_channel_the_answer_is_ok_true(string info) =>
        Assert.Equal("""{"ok":true}""", (await _host.PublishAsync($$"""{"name":"e","channel":"plain","info":"{{info}}"}""")).Body);

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("")]
    public async Task Any_content_type_is_taken(string contentType)
    {
        var request = _host.Request("POST", "/apps/app-id/events", """{"name":"e","channel":"typed"}""");
        request.ContentType = contentType;

        Assert.Equal(200, (await request.SendAsync()).Status);
    }

    [Fact]
    public async Task A_chunked_body_is_taken()
    {
        var request = _host.Request("POST", "/apps/app-id/events", """{"name":"e","channel":"chunked"}""");
        request.IsChunked = true;

        Assert.Equal(200, (await request.SendAsync()).Status);
    }

    [Theory]
    [InlineData("""{"name":"first","name":"e","channel":"last-wins"}""")]
    [InlineData("""{"name":"e","channel":"last-wins","delta":true,"unknown":{"deep":[1,2]}}""")]
    [InlineData("""{"name":"e","channel":"last-wins","socket_id":null,"tags":null,"info":null,"channels":null,"idempotency_key":null}""")]
    [InlineData(" \r\n {\"name\":\"e\",\"channel\":\"last-wins\"} \n")]
    public async Task Unusual_bodies_are_taken(string body)
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("last-wins");

        await _host.PublishAsync(body);

        Assert.Equal("e", await NextEventAsync(subscriber));
    }

    [Fact]
    public async Task Calls_and_bytes_are_counted()
    {
        var counters = _host.Get<ServerMetrics>().ForApp("other-id");
        var (calls, received, sent) = (counters.HttpCalls, counters.HttpBytesReceived, counters.HttpBytesSent);

        await _host.PostAsync("/apps/other-id/events", """{"name":"e","channel":"c"}""", ApiHost.Other);

        Assert.Equal((1, 26, 11), (counters.HttpCalls - calls, counters.HttpBytesReceived - received, counters.HttpBytesSent - sent));
    }

    [Fact]
    public async Task Connections_are_kept_alive()
    {
        var reply = await _host.PublishAsync("""{"name":"e","channel":"c"}""");

        Assert.Null(reply.Header("Connection"));
    }

    private static async Task<string> NextEventAsync(Subscriber subscriber) =>
        (await subscriber.NextAsync()).TryGetProperty("event", out var name) ? name.GetString()! : throw new JsonException("no event");
}

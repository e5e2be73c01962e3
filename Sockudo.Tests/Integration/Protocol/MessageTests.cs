using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>What the server makes of a client's text: answers, <c>pusher:error</c> 4000 and an open connection, or nothing.</summary>
public sealed class MessageTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Theory]
    [InlineData("""{"event":"pusher:ping"}""")]
    [InlineData("""{"event":"pusher:ping","data":{}}""")]
    [InlineData("""{"event":"pusher:ping","data":"{}"}""")]
    [InlineData("""{"data":null,"event":"pusher:ping","more":[1,{"a":2}]}""")]
    [InlineData("""  {"event" : "pusher:ping"}  """)]
    [InlineData("""{"event":"\u0070usher:ping"}""")]
    [InlineData("""{"event":"nothing","event":"pusher:ping"}""")]
    public async Task A_ping_in_any_writing_is_answered_with_a_pong_without_data(string text)
    {
        var connection = await ConnectAsync();
        await connection.SendTextAsync(text);
        Assert.Equal("""{"event":"pusher:pong"}""", (await connection.NextAsync()).Raw);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{")]
    [InlineData("""{"event":"pusher:ping"}}""")]
    [InlineData("""{"event":"pusher:ping",}""")]
    [InlineData("[]")]
    [InlineData("42")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"event":null}""")]
    [InlineData("""{"event":7}""")]
    [InlineData("""{"event":"\ud800"}""")]
    public async Task A_message_that_is_none_gets_4000(string text)
    {
        var connection = await ConnectAsync();
        await connection.SendTextAsync(text);
        var error = await connection.NextAsync();
        Output.WriteLine(error.Raw);
        Assert.Equal(("pusher:error", 4000), (error.Name, error.ErrorCode));
    }

    [Fact]
    public async Task A_message_nested_too_deep_gets_4000()
    {
        var connection = await ConnectAsync();
        await connection.SendTextAsync($$"""{"event":"pusher:ping","data":{{new string('[', 5000)}}{{new string(']', 5000)}}}""");
        Assert.Equal(4000, (await connection.NextAsync()).ErrorCode);
    }

    [Fact]
    public async Task After_an_error_4000_the_connection_goes_on()
    {
        var connection = await ConnectAsync();
        await connection.SendTextAsync("hello");
        await connection.WaitForAsync("pusher:error");
        await connection.SubscribeAsync(Unique("orders"));
    }

    [Theory]
    [InlineData("something")]
    [InlineData("message")]
    [InlineData("pusher:enable_delta_compression")]
    public async Task An_event_the_protocol_does_not_have_is_ignored(string name)
    {
        var connection = await ConnectAsync();
        await connection.SendAsync(name, new System.Text.Json.Nodes.JsonObject());
        Assert.Empty(await connection.FenceAsync());
    }

    [Theory]
    [InlineData("pusher:connection_established")]
    [InlineData("pusher:error")]
    [InlineData("pusher_internal:subscription_succeeded")]
    [InlineData("pusher_internal:member_added")]
    public async Task An_event_of_the_servers_own_is_refused(string name)
    {
        var connection = await ConnectAsync();
        await connection.SendAsync(name, new System.Text.Json.Nodes.JsonObject(), Unique("presence-room"));
        Assert.Equal(4000, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Theory]
    [InlineData("""{"event":"pusher:subscribe"}""")]
    [InlineData("""{"event":"pusher:subscribe","data":null}""")]
    [InlineData("""{"event":"pusher:subscribe","data":[]}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{}}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":""}}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":7}}""")]
    [InlineData("""{"event":"pusher:subscribe","data":"orders"}""")]
    [InlineData("""{"event":"pusher:subscribe","data":{"channel":"presence-x","auth":7}}""")]
    [InlineData("""{"event":"pusher:unsubscribe"}""")]
    [InlineData("""{"event":"pusher:unsubscribe","data":{}}""")]
    public async Task A_request_without_what_it_needs_gets_4000(string text)
    {
        var connection = await ConnectAsync();
        await connection.SendTextAsync(text);
        Assert.Equal(4000, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }

    [Theory]
    [InlineData("""{"event":"pusher:signin"}""")]
    [InlineData("""{"event":"pusher:signin","data":{"auth":"a:b"}}""")]
    [InlineData("""{"event":"pusher:signin","data":{"user_data":"{\"id\":\"1\"}"}}""")]
    [InlineData("""{"event":"pusher:signin","data":{"auth":1,"user_data":2}}""")]
    public async Task A_sign_in_without_what_it_needs_gets_4009(string text)
    {
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SendTextAsync(text);
        Assert.Equal(4009, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }
}

using Xunit;

namespace Sockudo.Tests.Unit.Http;

/// <summary>The <c>socket_id</c> of a publish: whom an event leaves out.</summary>
public sealed class ExcludedSocketTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Theory]
    [InlineData("\"undefined\"")]
    [InlineData("\"null\"")]
    [InlineData("\"\"")]
    [InlineData("\"0b0e2f3c-8c52-4a8e-9f7e-0d6f4f4f9a11\"")]
    [InlineData("\"1.2.3\"")]
    [InlineData("\"123\"")]
    [InlineData("\"1.\"")]
    [InlineData("\".1\"")]
    [InlineData("\"-1.2\"")]
    [InlineData("\" 1.2\"")]
    [InlineData("\"1.2\\n\"")]
    [InlineData("5")]
    [InlineData("1.5")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task One_that_is_none_is_a_400_and_nobody_gets_the_event(string socketId)
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("news-1");
        var reply = await _host.PublishAsync($$"""{"name":"e","channel":"news-1","data":"1","socket_id":{{socketId}}}""");
        await _host.PublishAsync("""{"name":"marker","channel":"news-1"}""");

        Assert.Equal((400, "marker"), (reply.Status, (await subscriber.NextAsync()).GetProperty("event").GetString()));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"99.99\"")]
    public async Task Absent_and_not_here_leave_nobody_out(string socketId)
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("news-2");
        Assert.Equal(200, (await _host.PublishAsync($$"""{"name":"f","channel":"news-2","data":"1","socket_id":{{socketId}}}""")).Status);

        Assert.Equal("f", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Fact]
    public async Task One_bad_item_of_a_batch_refuses_the_batch_and_is_named()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("news-3");
        var reply = await _host.PostAsync(
            "/apps/app-id/batch_events", """{"batch":[{"name":"g","channel":"news-3","data":"1"},{"name":"g","channel":"news-3","data":"2","socket_id":"undefined"}]}""");

        Assert.Equal(400, reply.Status);
        Assert.Contains("batch[1]", reply.Body, StringComparison.Ordinal);
        await _host.PublishAsync("""{"name":"marker","channel":"news-3"}""");
        Assert.Equal("marker", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }
}

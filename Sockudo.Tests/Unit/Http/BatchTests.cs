using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class BatchTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    [Fact]
    public async Task The_answer_is_an_empty_object() =>
        Assert.Equal("{}", (await BatchAsync("""{"batch":[{"name":"a","channel":"c"},{"name":"b","channels":["c","d"]}]}""")).Body);

    [Fact]
    public async Task Events_are_sent_in_their_order()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("batch");

        await BatchAsync("""{"batch":[{"name":"a","channel":"batch"},{"name":"b","channel":"batch"},{"name":"c","channel":"batch"}]}""");

        foreach (var name in new[] { "a", "b", "c" }) Assert.Equal(name, (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Fact]
    public async Task Info_gives_one_entry_an_event_about_its_first_channel()
    {
        await new Subscriber(_host).SubscribeAsync("presence-b", "u");

        var reply = await BatchAsync("""{"batch":[{"name":"a","channels":["presence-b","x"],"info":"user_count,subscription_count"},{"name":"b","channel":"x"},{"name":"c","channel":"x","info":"user_count"}]}""");

        Assert.Equal("""{"batch":[{"user_count":1,"subscription_count":1},{},{}]}""", reply.Body);
    }

    [Fact]
    public async Task Nothing_is_sent_when_the_last_event_is_wrong()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("all-or-none");

        await BatchAsync("""{"batch":[{"name":"a","channel":"all-or-none"},{"name":"b"}]}""");
        await _host.PublishAsync("""{"name":"marker","channel":"all-or-none"}""");

        Assert.Equal("marker", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Theory]
    [InlineData("{}", "batch_invalid")]
    [InlineData("""{"batch":null}""", "batch_invalid")]
    [InlineData("""{"batch":{}}""", "batch_invalid")]
    [InlineData("""{"batch":["a"]}""", "batch_invalid")]
    [InlineData("""{"batch":[{"name":"e","channel":"c"},null]}""", "batch_invalid")]
    [InlineData("[]", "json_malformed")]
    [InlineData("""{"batch":[{"name":"e","channel":"c"}}""", "json_malformed")]
    [InlineData("""{"batch":[{"name":"e","channel":"c","idempotency_key":"k"}]}""", "idempotency_key_invalid")]
    [InlineData("""{"batch":[],"idempotency_key":[]}""", "idempotency_key_invalid")]
    public async Task A_wrong_batch_is_refused(string body, string code)
    {
        var reply = await BatchAsync(body);

        Assert.Equal((400, code), (reply.Status, reply.Code));
    }

    [Theory]
    [InlineData(5, 200)]
    [InlineData(6, 400)]
    public async Task A_batch_has_a_largest_size(int events, int status)
    {
        var reply = await BatchAsync($$"""{"batch":[{{string.Join(',', Enumerable.Repeat("""{"name":"e","channel":"c"}""", events))}}]}""");

        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task A_payload_too_large_names_its_event()
    {
        var reply = await BatchAsync($$"""{"batch":[{"name":"e","channel":"c"},{"name":"e","channel":"c","data":"{{new string('d', 1025)}}"}]}""");

        Assert.Equal((413, "batch[1]: "), (reply.Status, reply.Error[..10]));
    }

    private Task<ApiReply> BatchAsync(string body) => _host.PostAsync("/apps/app-id/batch_events", body);
}

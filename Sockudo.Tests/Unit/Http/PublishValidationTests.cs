using System.Text;
using Xunit;

namespace Sockudo.Tests.Unit.Http;

public sealed class PublishValidationTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiHost _host = fixture.Host;

    public static TheoryData<string, string> Refused => new()
    {
        { "", "json_malformed" },
        { "{", "json_malformed" },
        { "[]", "json_malformed" },
        { "\"text\"", "json_malformed" },
        { """{"name":"e","channel":"c"} {}""", "json_malformed" },
        { """{"name":"e","channel":"c",}""", "json_malformed" },
        { """{"name":"e","channel":"c","data":"\ud800"}""", "json_malformed" },
        { """{"name":"\udc00","channel":"c"}""", "json_malformed" },
        { """{"name":"e","channel":"c","data":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[""", "json_malformed" },
        { """{"channel":"c"}""", "name_missing" },
        { """{"name":null,"channel":"c"}""", "name_missing" },
        { """{"name":"","channel":"c"}""", "name_missing" },
        { """{"name":5,"channel":"c"}""", "event_invalid" },
        { """{"name":"pusher:ping","channel":"c"}""", "name_reserved" },
        { """{"name":"pusher_internal:member_added","channel":"c"}""", "name_reserved" },
        { """{"name":"pusher\u003aping","channel":"c"}""", "name_reserved" },
        { """{"name":"e"}""", "channels_missing" },
        { """{"name":"e","channels":[]}""", "channels_missing" },
        { """{"name":"e","channels":[],"channel":"c"}""", "channels_missing" },
        { """{"name":"e","channels":"c"}""", "event_invalid" },
        { """{"name":"e","channels":["c",7]}""", "event_invalid" },
        { """{"name":"e","channel":["c"]}""", "event_invalid" },
        { """{"name":"e","channels":["1","2","3","4","5"]}""", "too_many_channels" },
        { """{"name":"e","channel":""}""", "channel_invalid" },
        { """{"name":"e","channel":"with space"}""", "channel_invalid" },
        { """{"name":"e","channel":"é"}""", "channel_invalid" },
        { """{"name":"e","channels":["good","not good"]}""", "channel_invalid" },
        { """{"name":"e","channels":["private-encrypted-a","b"]}""", "encrypted_not_alone" },
        { """{"name":"e","channels":["private-encrypted-cache-a","private-encrypted-b"]}""", "encrypted_not_alone" },
        { """{"name":"e","channel":"c","socket_id":""}""", "socket_id_invalid" },
        { """{"name":"e","channel":"c","socket_id":"123"}""", "socket_id_invalid" },
        { """{"name":"e","channel":"c","socket_id":"1.2.3"}""", "socket_id_invalid" },
        { """{"name":"e","channel":"c","socket_id":"1.2\nx"}""", "socket_id_invalid" },
        { """{"name":"e","channel":"c","socket_id":12.5}""", "socket_id_invalid" },
        { """{"name":"e","channel":"c","info":["user_count"]}""", "event_invalid" },
        { """{"name":"e","channel":"c","tags":["a"]}""", "tags_invalid" },
        { """{"name":"e","channel":"c","tags":{"a":1}}""", "tags_invalid" },
        { """{"name":"e","channel":"c","tags":{"a":{"b":"c"}}}""", "tags_invalid" },
        { """{"name":"e","channel":"c","idempotency_key":7}""", "idempotency_key_invalid" },
        { """{"name":"e","channel":"c","idempotency_key":""}""", "idempotency_key_invalid" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task A_wrong_event_is_refused_with_400(string body, string code)
    {
        var reply = await _host.PublishAsync(body);

        Assert.Equal((400, code), (reply.Status, reply.Code));
    }

    [Theory, MemberData(nameof(Refused))]
    public async Task A_wrong_event_in_a_batch_is_refused_too(string body, string code)
    {
        var reply = await _host.PostAsync("/apps/app-id/batch_events", $$"""{"batch":[{"name":"e","channel":"c"},{{body}}]}""");

        Assert.Equal(400, reply.Status);

        // Within an array some of these are well-formed and wrong as an element instead.
        if (code is not ("json_malformed" or "idempotency_key_invalid")) Assert.Equal((code, "batch[1]: "), (reply.Code, reply.Error[..10]));
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(201, 400)]
    public async Task The_longest_name_has_200_characters(int length, int status) =>
        Assert.Equal(status, (await _host.PublishAsync($$"""{"name":"{{new string('n', length)}}","channel":"c"}""")).Status);

    [Theory]
    [InlineData(200, 200)]
    [InlineData(201, 400)]
    public async Task The_longest_channel_name_has_200_characters(int length, int status) =>
        Assert.Equal(status, (await _host.PublishAsync($$"""{"name":"e","channel":"{{new string('c', length)}}"}""")).Status);

    [Theory]
    [InlineData(1024, 200)]
    [InlineData(1025, 413)]
    public async Task The_data_limit_is_in_bytes(int bytes, int status)
    {
        var reply = await _host.PublishAsync($$"""{"name":"e","channel":"c","data":"{{new string('d', bytes)}}"}""");

        Assert.Equal(status, reply.Status);
    }

    [Theory]
    [InlineData("\\n", 1024, 200)]
    [InlineData("\\u00e9", 512, 200)]
    [InlineData("é", 512, 200)]
    [InlineData("é", 513, 413)]
    [InlineData("\\ud83d\\ude00", 256, 200)]
    [InlineData("\\ud83d\\ude00", 257, 413)]
    public async Task The_data_limit_is_measured_decoded(string character, int times, int status)
    {
        var reply = await _host.PublishAsync($$"""{"name":"e","channel":"c","data":"{{string.Concat(Enumerable.Repeat(character, times))}}"}""");

        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task A_payload_that_is_too_large_has_its_code() =>
        Assert.Equal("payload_too_large", (await _host.PublishAsync($$"""{"name":"e","channel":"c","data":"{{new string('d', 1025)}}"}""")).Code);

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        var request = _host.Request("POST", "/apps/app-id/events");
        request.Body = [.. Encoding.ASCII.GetBytes("""{"name":"e","channel":"c","data":" """), 0xff, .. "\"}"u8];

        Assert.Equal("json_malformed", (await request.SendAsync()).Code);
    }

    [Fact]
    public async Task Nothing_is_sent_when_one_channel_is_wrong()
    {
        var subscriber = await new Subscriber(_host).SubscribeAsync("good");

        await _host.PublishAsync("""{"name":"e","channels":["good","not good"]}""");
        await _host.PublishAsync("""{"name":"marker","channel":"good"}""");

        Assert.Equal("marker", (await subscriber.NextAsync()).GetProperty("event").GetString());
    }

    [Fact]
    public async Task An_encrypted_channel_alone_is_taken() =>
        Assert.Equal(200, (await _host.PublishAsync("""{"name":"e","channels":["private-encrypted-a"],"data":"{}"}""")).Status);

    [Fact]
    public async Task Client_event_names_may_be_published() =>
        Assert.Equal(200, (await _host.PublishAsync("""{"name":"client-typing","channel":"c"}""")).Status);
}

using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>From a signed POST to the bytes a subscriber gets.</summary>
public sealed class PublishOverTheWireTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private PusherHttp Api => Server.Api(TestApps.Demo);

    [Theory]
    [InlineData("plain")]
    [InlineData("")]
    [InlineData("""{"a":1.50,"b":[null,true]}""")]
    [InlineData("é + < > & ' \u2028 🎉")]
    [InlineData("\"quotes\" \\ and \n lines \t")]
    public async Task A_string_arrives_as_that_string(string data)
    {
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(channel, "placed", data);
        Assert.Equal(data, (await connection.WaitForAsync("placed", channel)).DataString);
    }

    [Fact]
    public async Task Data_that_is_no_string_arrives_as_a_string_of_its_json()
    {
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(new JsonObject { ["name"] = "placed", ["channel"] = channel, ["data"] = new JsonObject { ["id"] = 1 } });
        Assert.Equal("""{"id":1}""", (await connection.WaitForAsync("placed", channel)).DataString);
    }

    [Fact]
    public async Task An_event_has_event_channel_and_data_in_this_order()
    {
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(channel, "placed", "1");
        Assert.Equal($$"""{"event":"placed","channel":"{{channel}}","data":"1"}""", (await connection.WaitForAsync("placed", channel)).Raw);
    }

    [Fact]
    public async Task Tags_stand_beside_the_data()
    {
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(new JsonObject
        {
            ["name"] = "placed",
            ["channel"] = channel,
            ["data"] = "1",
            ["tags"] = new JsonObject { ["region"] = "eu" },
        });
        Assert.Equal("""{"region":"eu"}""", (await connection.WaitForAsync("placed", channel)).Json["tags"]!.ToJsonString());
    }

    [Fact]
    public async Task An_event_of_200_kilobytes_arrives_whole()
    {
        var data = new string('x', 200 * 1024);
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(channel, "placed", data);
        Assert.Equal(data, (await connection.WaitForAsync("placed", channel)).DataString);
    }

    [Fact]
    public async Task The_excluded_socket_gets_nothing()
    {
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(channel, "placed", "1", connection.SocketId);
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task With_one_bad_channel_name_nobody_gets_anything()
    {
        var (connection, channel) = await SubscriberAsync();
        var answer = await Api.PublishAsync(new JsonObject { ["name"] = "placed", ["channels"] = new JsonArray(channel, "not a name"), ["data"] = "1" });
        Assert.Equal(400, (int)answer.Status);
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task With_one_bad_event_in_a_batch_nobody_gets_anything()
    {
        var (connection, channel) = await SubscriberAsync();
        var answer = await Api.PostAsync("/batch_events", new JsonObject
        {
            ["batch"] = new JsonArray(
                new JsonObject { ["name"] = "placed", ["channel"] = channel, ["data"] = "1" },
                new JsonObject { ["channel"] = channel, ["data"] = "2" }),
        });
        Assert.Equal(400, (int)answer.Status);
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task A_channel_that_is_named_twice_gets_the_event_once()
    {
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(new JsonObject { ["name"] = "placed", ["channels"] = new JsonArray(channel, channel), ["data"] = "1" });
        await connection.WaitForAsync("placed", channel);
        Assert.Empty(await connection.FenceAsync());
    }

    [Theory]
    [InlineData("pusher:ping")]
    [InlineData("pusher_internal:member_added")]
    public async Task The_servers_own_event_names_are_refused(string name) =>
        Assert.Equal(400, (int)(await Api.PublishAsync(Unique("orders"), name, "1")).Status);

    [Fact]
    public async Task The_same_idempotency_key_is_delivered_once()
    {
        var (connection, channel) = await SubscriberAsync();
        var body = Idempotent(channel);
        var answers = new[] { await Api.PublishAsync(body), await Api.PublishAsync(body) };
        Assert.Equal(answers[0].ToString(), answers[1].ToString());
        await connection.WaitForAsync("placed", channel);
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task Retries_at_the_same_time_are_delivered_once()
    {
        var (connection, channel) = await SubscriberAsync();
        var body = Idempotent(channel).ToJsonString();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Api.SendAsync(HttpMethod.Post, "/events", body)));
        await connection.WaitForAsync("placed", channel);
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task Another_idempotency_key_is_another_event()
    {
        var (connection, channel) = await SubscriberAsync();
        await Api.PublishAsync(Idempotent(channel));
        await Api.PublishAsync(Idempotent(channel));
        await connection.WaitForAsync("placed", channel);
        await connection.WaitForAsync("placed", channel);
    }

    private static JsonObject Idempotent(string channel) =>
        new() { ["name"] = "placed", ["channel"] = channel, ["data"] = "1", ["idempotency_key"] = Guid.NewGuid().ToString() };

    private async Task<(PusherConnection Connection, string Channel)> SubscriberAsync()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SubscribeAsync(channel);
        return (connection, channel);
    }
}

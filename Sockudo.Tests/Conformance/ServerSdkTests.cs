using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Conformance;

/// <summary>The HTTP API as the unmodified <c>pusher</c> 5.3 SDK speaks it.</summary>
public sealed class ServerSdkTests(SharedServer shared, RealClients clients, ITestOutputHelper output)
    : RealClientTest(ClientHost.Node, shared, clients, output)
{
    [Fact]
    public async Task A_trigger_is_answered_with_200()
    {
        var answer = await (await SdkAsync()).TriggerAsync(Unique("orders"), "placed", new JsonObject { ["id"] = 1 });
        Assert.Equal(200, answer.Status);
    }

    [Fact]
    public async Task Data_that_was_an_object_arrives_as_a_string_of_its_json()
    {
        var channel = Unique("orders");
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerAsync(channel, "placed", new JsonObject { ["id"] = 1 });
        Assert.Equal("""{"id":1}""", (await connection.WaitForAsync("placed", channel)).DataString);
    }

    [Fact]
    public async Task A_trigger_with_info_tells_the_subscription_count()
    {
        var channel = Unique("orders");
        await (await ConnectAsync()).SubscribeAsync(channel);
        await (await ConnectAsync()).SubscribeAsync(channel);
        var answer = await (await SdkAsync()).TriggerAsync(channel, "placed", "1", Info("subscription_count"));
        Assert.Equal(2, answer.Json["channels"]![channel]!["subscription_count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_trigger_with_info_tells_the_user_count_of_a_presence_channel()
    {
        var channel = Unique("presence-room");
        await (await ConnectAsync()).JoinAsync(channel, "1");
        await (await ConnectAsync()).JoinAsync(channel, "1");
        var answer = await (await SdkAsync()).TriggerAsync(channel, "news", "1", Info("user_count,subscription_count"));
        Assert.Equal("""{"user_count":1,"subscription_count":2}""", answer.Json["channels"]![channel]!.ToJsonString());
    }

    [Fact]
    public async Task A_batch_reaches_each_of_its_channels()
    {
        var (north, south) = (Unique("north"), Unique("south"));
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(north);
        await connection.SubscribeAsync(south);
        await (await SdkAsync()).TriggerBatchAsync(
            new JsonObject { ["channel"] = north, ["name"] = "storm", ["data"] = "1" },
            new JsonObject { ["channel"] = south, ["name"] = "calm", ["data"] = "2" });
        await connection.WaitForAsync("storm", north);
        await connection.WaitForAsync("calm", south);
    }

    [Fact]
    public async Task A_batch_with_info_answers_each_event()
    {
        var (north, south) = (Unique("north"), Unique("south"));
        await (await ConnectAsync()).SubscribeAsync(north);
        var answer = await (await SdkAsync()).TriggerBatchAsync(
            new JsonObject { ["channel"] = north, ["name"] = "storm", ["data"] = "1", ["info"] = "subscription_count" },
            new JsonObject { ["channel"] = south, ["name"] = "calm", ["data"] = "2" });
        Assert.Equal("""[{"subscription_count":1},{}]""", answer.Json["batch"]!.ToJsonString());
    }

    [Fact]
    public async Task An_encrypted_event_of_a_batch_is_let_through()
    {
        var channel = Unique("private-encrypted-letters");
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(channel);
        await (await SdkAsync()).TriggerBatchAsync(new JsonObject { ["channel"] = channel, ["name"] = "letter", ["data"] = "secret" });
        Assert.NotNull((await connection.WaitForAsync("letter", channel)).DataJson!["ciphertext"]);
    }

    [Fact]
    public async Task Occupied_channels_are_listed()
    {
        var channel = Unique("listed");
        await (await ConnectAsync()).SubscribeAsync(channel);
        var answer = await (await SdkAsync()).GetAsync("/channels");
        Assert.Equal("{}", answer.Json["channels"]![channel]!.ToJsonString());
    }

    [Fact]
    public async Task Channels_are_listed_by_prefix()
    {
        var prefix = Unique("presence-hall");
        await (await ConnectAsync()).JoinAsync($"{prefix}-1", "1");
        await (await ConnectAsync()).SubscribeAsync(Unique("hall"));
        var answer = await (await SdkAsync()).GetAsync(
            "/channels", new JsonObject { ["filter_by_prefix"] = prefix, ["info"] = "user_count" });
        Assert.Equal($"{{\"channels\":{{\"{prefix}-1\":{{\"user_count\":1}}}}}}", answer.Body);
    }

    [Fact]
    public async Task A_channel_nobody_is_on_is_not_occupied()
    {
        var answer = await (await SdkAsync()).GetAsync($"/channels/{Unique("empty")}");
        Assert.False(answer.Json["occupied"]!.GetValue<bool>());
    }

    [Fact]
    public async Task A_channel_tells_its_counts()
    {
        var channel = Unique("presence-room");
        await (await ConnectAsync()).JoinAsync(channel, "1");
        await (await ConnectAsync()).JoinAsync(channel, "2");
        await (await ConnectAsync()).JoinAsync(channel, "2");
        var answer = await (await SdkAsync()).GetAsync($"/channels/{channel}", Info("user_count,subscription_count"));
        Assert.Equal(
            "true 2 3", $"{answer.Json["occupied"]!.ToJsonString()} {answer.Json["user_count"]} {answer.Json["subscription_count"]}");
    }

    [Fact]
    public async Task A_cache_channel_tells_its_last_event()
    {
        var channel = Unique("cache-price");
        var sdk = await SdkAsync();
        await sdk.TriggerAsync(channel, "changed", "12.5");
        var answer = await sdk.GetAsync($"/channels/{channel}", Info("cache"));
        Assert.Contains("12.5", answer.Json["cache"]!["data"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_users_of_a_presence_channel_are_listed_once_each()
    {
        var channel = Unique("presence-room");
        await (await ConnectAsync()).JoinAsync(channel, "1");
        await (await ConnectAsync()).JoinAsync(channel, "1");
        var answer = await (await SdkAsync()).GetAsync($"/channels/{channel}/users");
        Assert.Equal("""{"users":[{"id":"1"}]}""", answer.Body);
    }

    [Fact]
    public async Task The_users_of_another_kind_of_channel_are_refused_with_400()
    {
        var answer = await (await SdkAsync()).GetAsync($"/channels/{Unique("orders")}/users");
        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Terminating_a_user_nobody_is_answers_ok()
    {
        var answer = await (await SdkAsync(TestApps.Users)).TerminateUserConnectionsAsync(Unique("nobody"));
        Assert.Equal("""200 {"ok":true}""", $"{answer.Status} {answer.Body}");
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_with_401()
    {
        var sdk = new ServerSdk(await Clients.OfAsync(ClientHost.Node), Server.Port, TestApps.Demo, "guessed");
        Assert.Equal(401, (await sdk.TriggerAsync(Unique("orders"), "placed", "1")).Status);
    }

    [Fact]
    public async Task Data_above_the_apps_limit_is_refused_with_413()
    {
        var answer = await (await SdkAsync(TestApps.Limited)).TriggerAsync("orders", "placed", new string('x', 1025));
        Assert.Equal(413, answer.Status);
    }

    [Fact]
    public async Task A_batch_above_the_apps_limit_is_refused_with_400()
    {
        var events = Enumerable.Range(0, 4).Select(_ => new JsonObject { ["channel"] = "orders", ["name"] = "placed", ["data"] = "1" });
        Assert.Equal(400, (await (await SdkAsync(TestApps.Limited)).TriggerBatchAsync([.. events])).Status);
    }

    [Fact]
    public async Task A_refusal_says_why_in_json()
    {
        var answer = await (await SdkAsync(TestApps.Limited)).TriggerAsync("orders", "a-name-too-long", "1");
        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(answer.Json["error"]!.GetValue<string>());
    }

    private static JsonObject Info(string attributes) => new() { ["info"] = attributes };
}

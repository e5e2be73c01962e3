using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Subscribing and leaving: exact answers, and what is refused.</summary>
public sealed class SubscribeTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Fact]
    public async Task Success_has_the_channel_and_an_empty_object_as_a_string()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        var succeeded = await connection.SubscribeAsync(channel);
        Assert.Equal($$$"""{"event":"pusher_internal:subscription_succeeded","channel":"{{{channel}}}","data":"{}"}""", succeeded.Raw);
    }

    [Fact]
    public async Task Data_may_be_a_string_that_holds_the_object()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SendAsync("pusher:subscribe", new JsonObject { ["channel"] = channel }.ToJsonString());
        await connection.WaitForAsync("pusher_internal:subscription_succeeded", channel);
    }

    [Fact]
    public async Task A_second_subscribe_answers_success_again()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SubscribeAsync(channel);
        await connection.SubscribeAsync(channel);
    }

    [Fact]
    public async Task A_second_subscribe_does_not_double_the_events()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SubscribeAsync(channel);
        await connection.SubscribeAsync(channel);
        await Server.Api(TestApps.Demo).PublishAsync(channel, "placed", "1");
        await connection.WaitForAsync("placed", channel);
        Assert.DoesNotContain(await connection.FenceAsync(), received => received.Name == "placed");
    }

    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")]
    [InlineData("_-=@,.;:#")]
    public async Task Every_character_a_name_may_have_is_accepted(string characters)
    {
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(Unique($"x{characters}"));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("/")]
    [InlineData("\\")]
    [InlineData("!")]
    [InlineData("*")]
    [InlineData("é")]
    [InlineData("\n")]
    [InlineData("\"")]
    [InlineData("🎉")]
    public async Task A_character_no_name_has_is_refused_with_4300(string character)
    {
        var connection = await ConnectAsync();
        await RefusedAsync(connection, $"orders{character}", 4300);
    }

    [Fact]
    public async Task A_name_of_200_characters_is_accepted()
    {
        var connection = await ConnectAsync();
        await connection.SubscribeAsync(new string('x', 200));
    }

    [Fact]
    public async Task A_name_of_201_characters_is_refused_with_4300()
    {
        var connection = await ConnectAsync();
        await RefusedAsync(connection, new string('x', 201), 4300);
    }

    [Fact]
    public async Task The_apps_own_limit_of_the_name_holds()
    {
        var connection = await ConnectAsync(TestApps.Limited);
        await connection.SubscribeAsync(new string('x', 20));
        await RefusedAsync(connection, new string('x', 21), 4300);
    }

    [Theory]
    [InlineData("filter")]
    [InlineData("tags_filter")]
    public async Task A_tag_filter_is_refused_rather_than_ignored(string member)
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SendAsync(
            "pusher:subscribe", new JsonObject { ["channel"] = channel, [member] = new JsonObject { ["key"] = "a", ["cmp"] = "eq", ["val"] = "b" } });
        await connection.WaitForAsync("pusher:subscription_error", channel);
        await Server.Api(TestApps.Demo).PublishAsync(channel, "placed", "1");
        Assert.DoesNotContain(await connection.FenceAsync(), received => received.Name == "placed");
    }

    [Fact]
    public async Task A_refusal_is_told_on_the_channel_and_then_on_the_connection()
    {
        var connection = await ConnectAsync();
        var channel = Unique("private-orders");
        await connection.SendSubscribeAsync(channel, auth: "nonsense");
        var (first, second) = (await connection.NextAsync(), await connection.NextAsync());
        Assert.Equal(("pusher:subscription_error", "pusher:error"), (first.Name, second.Name));
    }

    [Fact]
    public async Task A_refused_signature_is_an_AuthError_of_status_401()
    {
        var connection = await ConnectAsync();
        var channel = Unique("private-orders");
        await connection.SendSubscribeAsync(channel, auth: "nonsense");
        var data = (await connection.WaitForAsync("pusher:subscription_error", channel)).DataJson!;
        Assert.Equal("AuthError 401", $"{data["type"]} {data["status"]}");
    }

    [Fact]
    public async Task In_production_a_refused_signature_does_not_tell_what_was_to_be_signed()
    {
        var connection = await ConnectAsync();
        await connection.SendSubscribeAsync(Unique("private-orders"), auth: "nonsense");
        await connection.WaitForAsync("pusher:error");
        Assert.DoesNotContain(connection.Received.Skip(1), received => received.Raw.Contains(connection.SocketId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Unsubscribe_takes_the_name_as_a_string_too()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SubscribeAsync(channel);
        await connection.SendAsync("pusher:unsubscribe", channel);
        // A publish comes on another connection: only an answer here says that the unsubscribe was taken before it.
        await connection.FenceAsync();
        await Server.Api(TestApps.Demo).PublishAsync(channel, "placed", "1");
        Assert.DoesNotContain(await connection.FenceAsync(), received => received.Channel == channel);
    }

    [Fact]
    public async Task Unsubscribe_is_not_answered()
    {
        var connection = await ConnectAsync();
        var channel = Unique("orders");
        await connection.SubscribeAsync(channel);
        await connection.UnsubscribeAsync(channel);
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task Leaving_a_channel_one_is_not_on_is_harmless()
    {
        var connection = await ConnectAsync();
        await connection.UnsubscribeAsync(Unique("orders"));
        Assert.Empty(await connection.FenceAsync());
    }

    [Fact]
    public async Task Apps_do_not_hear_each_others_events()
    {
        var channel = Unique("orders");
        var connection = await ConnectAsync(TestApps.Users);
        await connection.SubscribeAsync(channel);
        await Server.Api(TestApps.Demo).PublishAsync(channel, "placed", "1");
        Assert.Empty(await connection.FenceAsync());
    }

    private static async Task RefusedAsync(PusherConnection connection, string channel, int code)
    {
        await connection.SendSubscribeAsync(channel);
        await connection.WaitForAsync("pusher:subscription_error", channel);
        Assert.Equal(code, (await connection.WaitForAsync("pusher:error")).ErrorCode);
    }
}

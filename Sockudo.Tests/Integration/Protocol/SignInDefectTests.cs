using System.Text.Json;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Sign-ins that lack something, and the same socket afterwards.</summary>
public sealed class SignInDefectTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Theory]
    [InlineData("""{"event":"pusher:signin"}""")]
    [InlineData("""{"event":"pusher:signin","data":null}""")]
    [InlineData("""{"event":"pusher:signin","data":5}""")]
    [InlineData("""{"event":"pusher:signin","data":{"auth":"users-key:x"}}""")]
    [InlineData("""{"event":"pusher:signin","data":{"user_data":"{\"id\":\"u1\"}"}}""")]
    [InlineData("""{"event":"pusher:signin","data":{"auth":"users-key:x","user_data":{"id":"u1"}}}""")]
    [InlineData("""{"event":"pusher:signin","data":{"auth":"x","user_data":"{\"id\":\"u1\"}"}}""")]
    [InlineData("""{"event":"pusher:signin","data":{"auth":"users-key:0000000000000000000000000000000000000000000000000000000000000000","user_data":"{\"id\":\"u1\"}"}}""")]
    public async Task One_is_refused_in_words_and_a_good_one_on_the_same_socket_is_taken(string text)
    {
        var client = await ConnectAsync(TestApps.Users);
        await client.SendTextAsync(text);
        var refusal = await client.WaitForAsync("pusher:error");

        Output.WriteLine(refusal.Raw);
        Assert.InRange(refusal.ErrorCode, 4000, 4099);
        Assert.NotEmpty(refusal.DataJson!["message"]!.GetValue<string>());
        await client.SignInAsync(Unique("u"));
    }

    [Fact]
    public async Task The_data_may_be_text_that_holds_the_object()
    {
        var client = await ConnectAsync(TestApps.Users);
        var userData = JsonSerializer.Serialize(new { id = Unique("u") });
        var data = new JsonObject { ["auth"] = PusherAuth.User(TestApps.Users, client.SocketId, userData), ["user_data"] = userData }.ToJsonString();
        await client.SendTextAsync(new JsonObject { ["event"] = "pusher:signin", ["data"] = data }.ToJsonString());

        await client.WaitForAsync("pusher:signin_success");
    }

    [Fact]
    public async Task What_is_published_to_a_user_before_the_sign_in_reaches_nobody_and_after_it_arrives_once()
    {
        var user = Unique("u");
        var client = await ConnectAsync(TestApps.Users);
        var early = await Server.Api(TestApps.Users).PublishAsync($"#server-to-user-{user}", "early", "1");
        await client.SignInAsync(user);
        await client.SubscribeAsync($"#server-to-user-{user}");
        await Server.Api(TestApps.Users).PublishAsync($"#server-to-user-{user}", "late", "1");
        await client.WaitForAsync("late");

        Assert.Equal(200, (int)early.Status);
        Assert.Empty(await client.FenceAsync());
        Assert.DoesNotContain(client.Received, static item => item.Name == "early");
    }
}

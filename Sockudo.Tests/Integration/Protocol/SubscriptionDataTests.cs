using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>The data of <c>subscription_succeeded</c>: text on every kind of channel, as typed clients read nothing else.</summary>
public sealed class SubscriptionDataTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Theory]
    [InlineData("news")]
    [InlineData("private-c")]
    [InlineData("private-encrypted-a")]
    [InlineData("cache-x")]
    [InlineData("private-cache-y")]
    public async Task It_is_an_empty_object_as_text(string kind)
    {
        var client = await ConnectAsync();
        var succeeded = await client.SubscribeAsync(Unique(kind));

        Assert.Equal("{}", succeeded.DataString);
    }

    [Fact]
    public async Task Of_a_cache_channel_with_a_last_event_too()
    {
        var channel = Unique("cache-x");
        await Server.Api(TestApps.Demo).PublishAsync(channel, "e", "1");
        var client = await ConnectAsync();

        Assert.Equal("{}", (await client.SubscribeAsync(channel)).DataString);
    }

    [Fact]
    public async Task Of_a_presence_channel_it_is_text_that_holds_the_members()
    {
        var client = await ConnectAsync();
        var succeeded = await client.JoinAsync(Unique("presence-room"), "ada");

        Assert.Equal(1, JsonNode.Parse(succeeded.DataString)!["presence"]!["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Of_a_users_own_channel_it_is_an_empty_object_as_text()
    {
        var user = Unique("ada");
        var client = await ConnectAsync(TestApps.Users);
        await client.SignInAsync(user);

        Assert.Equal("{}", (await client.SubscribeAsync($"#server-to-user-{user}")).DataString);
    }
}

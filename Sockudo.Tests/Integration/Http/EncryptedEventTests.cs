using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Http;

/// <summary>An encrypted channel has a key of its own: one encrypted event can be read on one channel only.</summary>
public sealed class EncryptedEventTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    private const string Sealed = """{"nonce":"bm9uY2U=","ciphertext":"Y2lwaGVy"}""";

    [Theory]
    [InlineData("private-encrypted-a", "private-encrypted-b")]
    [InlineData("private-encrypted-a", "news")]
    [InlineData("news", "private-encrypted-a")]
    public async Task For_several_channels_it_is_a_400_that_says_so_and_reaches_nobody(string first, string second)
    {
        var (one, two) = (Unique(first), Unique(second));
        var client = await ConnectAsync();
        await client.SubscribeAsync(one);
        await client.SubscribeAsync(two);
        var answer = await Server.Api(TestApps.Demo).PublishAsync(new JsonObject { ["name"] = "e", ["channels"] = new JsonArray(one, two), ["data"] = Sealed });

        Output.WriteLine(answer.Body);
        Assert.Equal((400, "encrypted_not_alone"), ((int)answer.Status, answer.Json["code"]!.GetValue<string>()));
        Assert.Empty(await client.FenceAsync());
    }

    [Fact]
    public async Task A_batch_with_one_such_event_is_refused_whole_and_names_it()
    {
        var news = Unique("news");
        var client = await ConnectAsync();
        await client.SubscribeAsync(news);
        var answer = await Server.Api(TestApps.Demo).PostAsync("/batch_events", new JsonObject
        {
            ["batch"] = new JsonArray(
                new JsonObject { ["name"] = "e", ["channel"] = news, ["data"] = "1" },
                new JsonObject { ["name"] = "e", ["channels"] = new JsonArray("private-encrypted-a", "private-encrypted-b"), ["data"] = Sealed }),
        });

        Assert.Equal(400, (int)answer.Status);
        Assert.Contains("batch[1]", answer.Body, StringComparison.Ordinal);
        Assert.Empty(await client.FenceAsync());
    }

    [Fact]
    public async Task For_one_channel_it_arrives_as_it_was_sent()
    {
        var channel = Unique("private-encrypted-a");
        var client = await ConnectAsync();
        await client.SubscribeAsync(channel);
        await Server.Api(TestApps.Demo).PublishAsync(channel, "e", Sealed);

        Assert.Equal(Sealed, (await client.WaitForAsync("e", channel)).DataString);
    }
}

using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;
using static Sockudo.Tests.Integration.Webhooks.WebhookApps;

namespace Sockudo.Tests.Integration.Webhooks;

/// <summary>A webhook's headers as SDKs demand them, and the data of a client event in it.</summary>
public sealed class WebhookHeaderTests(ITestOutputHelper output) : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_is_there_once_and_signs_the_body_as_it_is(bool isBatched)
    {
        var entry = Entry(_receiver.Url(), "channel_occupied", "member_added");
        entry["headers"] = new JsonObject { ["X-Extra"] = "one", ["user-agent"] = "mine" };
        var app = App("headers", entry);
        await using var server = await SockudoServer.StartAsync(Setup(app).Set("webhooks.batching.enabled", isBatched));
        await using var client = await server.ConnectAsync(app);
        await client.JoinAsync("presence-raum", "Zoë ☃");
        await Eventually.TrueAsync(() => _receiver.AcceptedBriefs().Contains("member_added presence-raum Zoë ☃"), "the webhook");

        // A header that came twice would be shown with a comma.
        foreach (var request in _receiver.Requests.All)
        {
            output.WriteLine(string.Join(", ", request.Headers));
            Assert.Equal(("application/json", app.Key, "one", "Sockudo-Webhooks/1 mine"),
                (request.Headers["content-type"], request.Headers["x-pusher-key"], request.Headers["x-extra"], request.Headers["user-agent"]));
            Assert.True(request.IsSignedBy(app));
            var age = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - JsonNode.Parse(request.Body)!["time_ms"]!.GetValue<long>();
            Assert.InRange(age, 0, 60_000);
        }
    }

    [Fact]
    public async Task Data_of_a_client_event_is_the_text_of_what_was_sent()
    {
        var app = App("texts", Entry(_receiver.Url(), "client_event"));
        await using var server = await SockudoServer.StartAsync(Setup(app));
        await using var client = await server.ConnectAsync(app);
        await client.JoinAsync("presence-room", "u1");
        await client.SubscribeAsync("private-c");
        string[] sent = ["""{"a":1}""", "\"t\"", "\"{\\\"s\\\": 1}\"", "[1]"];
        var number = 0;
        foreach (var channel in new[] { "presence-room", "private-c" })
        {
            foreach (var data in sent) await client.SendTextAsync($$"""{"event":"client-{{number++}}","channel":"{{channel}}","data":{{data}}}""");
        }

        await Eventually.EqualAsync(8, () => Task.FromResult(_receiver.Accepted.All.Count), "the number of client events told");
        string[] texts = ["""{"a":1}""", "t", """{"s": 1}""", "[1]"];
        foreach (var (item, index) in _receiver.Accepted.All.Select(static told => told.Event).OrderBy(static told => told["event"]!.GetValue<string>()).Select(static (told, index) => (told, index)))
        {
            var isPresence = index < 4;
            Assert.Equal(
                (texts[index % 4], client.SocketId, isPresence ? "u1" : null, isPresence ? "presence-room" : "private-c"),
                (item["data"]!.GetValue<string>(), item["socket_id"]!.GetValue<string>(), item["user_id"]?.GetValue<string>(), item["channel"]!.GetValue<string>()));
        }
    }
}

using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>Each request to a webhook endpoint, as a collector receives it.</summary>
public sealed class WebhookTraceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Each_attempt_is_a_span_that_the_receiver_can_continue()
    {
        await using var hook = await WebhookReceiver.StartAsync();
        hook.Answer = static (request, context) =>
        {
            context.Response.StatusCode = request.Attempt == 1 ? 500 : 200;
            return Task.CompletedTask;
        };
        await using var receiver = await OtlpReceiver.StartAsync();
        var app = new TestApp("traced")
        {
            Settings = new Dictionary<string, object>
            {
                ["webhooks"] = new JsonArray(new JsonObject { ["url"] = hook.Url(), ["event_types"] = new JsonArray("channel_occupied") }),
            },
        };
        var setup = new ServerSetup { Apps = [app] }.Set("instance.process_id", "node-1").Set("webhooks.retry.first_delay_ms", 100);
        receiver.Configure(setup);
        await using var node = await SockudoServer.StartAsync(setup);
        await using var client = await node.ConnectAsync(app);
        await client.SubscribeAsync("news");

        var first = await hook.Requests.NextAsync();
        var second = await hook.Requests.NextAsync();
        await receiver.UntilAsync(static spans => spans.Count(static span => span.Name == "webhook deliver") == 2, "both spans");
        var spans = receiver.Spans.Where(static span => span.Name == "webhook deliver").OrderBy(static span => span.Start).ToList();
        foreach (var span in spans) output.WriteLine(span.ToString());
        Assert.Equal(["answered 500", null], spans.Select(static span => span.Error));
        Assert.Equal(["1", "2"], spans.Select(static span => span.Tags["sockudo.webhook.attempt"]));
        Assert.All(spans, span => Assert.Equal(
            ("", app.Id, first.EventId, "sockudo"), (span.ParentId, span.Tags["sockudo.app.id"], span.Tags["messaging.message.id"], span.Tags["messaging.system"])));
        Assert.Contains(spans[0].TraceId, first.Headers["traceparent"], StringComparison.Ordinal);
        Assert.Contains(spans[1].TraceId, second.Headers["traceparent"], StringComparison.Ordinal);
    }
}

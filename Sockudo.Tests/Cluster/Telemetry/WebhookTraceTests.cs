using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Metrics;
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

    [Fact]
    public async Task A_write_to_the_queue_is_a_trace_of_one_span()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var hook = await WebhookReceiver.StartAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        var app = new TestApp("traced")
        {
            Settings = new Dictionary<string, object>
            {
                ["webhooks"] = new JsonArray(new JsonObject { ["url"] = hook.Url(), ["event_types"] = new JsonArray("channel_occupied") }),
            },
        };
        var setup = new ServerSetup { Apps = [app] }
            .Set("instance.process_id", "node-1").Set("queue.driver", "redis").Set("queue.redis.url_override", $"redis://127.0.0.1:{redis.Port}");
        receiver.Configure(setup);
        await using var node = await SockudoServer.StartAsync(setup);
        await using var client = await node.ConnectAsync(app);
        await client.SubscribeAsync("news");

        await hook.Requests.NextAsync();
        await receiver.UntilAsync(static spans => spans.Any(static span => span.Name == "queue write"), "the write");
        var write = Assert.Single(receiver.Spans, static span => span.Name == "queue write");
        output.WriteLine(write.ToString());
        Assert.Equal(("", "1", null), (write.ParentId, write.Tags["messaging.batch.message_count"], write.Error));
    }

    [Fact]
    public async Task What_is_replayed_is_no_part_of_the_request_that_replays_it()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        await using var hook = await WebhookReceiver.StartAsync();
        hook.AnswerWith(500);
        await using var receiver = await OtlpReceiver.StartAsync();
        var app = new TestApp("traced")
        {
            Settings = new Dictionary<string, object>
            {
                ["webhooks"] = new JsonArray(new JsonObject { ["url"] = hook.Url(), ["event_types"] = new JsonArray("channel_occupied") }),
            },
        };
        var setup = new ServerSetup { Apps = [app] }
            .Set("instance.process_id", "node-1").Set("webhooks.retry.first_delay_ms", 100).Set("webhooks.retry.give_up_after_ms", 1);
        receiver.Configure(setup);
        await using var node = await SockudoServer.StartAsync(setup);
        await using var client = await node.ConnectAsync(app);
        await client.SubscribeAsync("news");
        await Eventually.TrueAsync(
            async () => (await node.Api(app).GetAsync("/webhooks/dead_letters")).Body.Contains("expired", StringComparison.Ordinal), "a dead letter");

        hook.AnswerWith(200);
        var signed = new SignedRequest(app, HttpMethod.Post, $"/apps/{app.Id}/webhooks/dead_letters/replay", """{"all":true}""");
        signed.Sign(TimeProvider.System.GetUtcNow());
        using var request = signed.ToMessage();
        request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
        Assert.Equal("""{"replayed":1}""", (await node.Api(app).SendAsync(request)).Body);
        await receiver.UntilAsync(
            static spans => spans.Any(static span => span.Name == "webhook deliver" && span.Error is null) && spans.Any(static span => span.TraceId == Trace), "both spans");
        Assert.DoesNotContain(receiver.Spans, static span => span.TraceId == Trace && span.Name == "webhook deliver");
        var metrics = Exposition.Parse(await node.Http.GetStringAsync(node.MetricsUri, TestContext.Current.CancellationToken));
        Assert.All(
            ["sockudo_webhook_transitions_pending", "sockudo_webhook_transitions_not_kept_total"],
            name => Assert.Equal(0, Assert.Single(metrics.Families[name].Samples).Value));
    }
}

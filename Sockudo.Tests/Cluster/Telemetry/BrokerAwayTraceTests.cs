using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Telemetry;

public sealed class BrokerAwayTraceTests(ITestOutputHelper output)
{
    private static readonly TestApp App = new("traced");

    [Fact]
    public async Task A_publish_without_the_broker_is_delivered_here_and_its_bus_span_says_so_once()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        var setup = new ServerSetup { Apps = [App] }
            .Set("adapter.driver", "redis").Set("database.redis.host", "127.0.0.1").Set("database.redis.port", redis.Port).Set("instance.process_id", "node-1");
        receiver.Configure(setup);
        await using var node = await SockudoServer.StartAsync(setup);
        await using var client = await node.ConnectAsync(App);
        await client.SubscribeAsync("news");

        await redis.Process.KillAsync();
        var trace = await PublishAsync(node, "headline");
        await client.WaitForAsync("headline", "news");
        await receiver.UntilAsync(spans => spans.Count(span => span.TraceId == trace) == 6, "the trace is whole");
        var bus = receiver.Spans.Single(span => span.TraceId == trace && span.Name == "bus");
        Assert.Equal("broker", bus.Tags["error.type"]);
        Assert.Equal(1, receiver.Spans.Single(span => span.TraceId == trace && span.Name == "deliver").Measure("sockudo.recipients"));

        // What was not taken is sent again when the broker is back; a later publish is the sign that this has happened.
        await redis.StartAsync();
        await Eventually.TrueAsync(
            () => Task.FromResult(node.Log.Split("The redis backplane is connected", StringSplitOptions.None).Length == 3), "the node is connected again", state: () => node.Log);
        var later = await PublishAsync(node, "later");
        await receiver.UntilAsync(spans => spans.Any(span => span.TraceId == later && span.Name == "bus"), "the later publish's bus span");
        Assert.DoesNotContain(receiver.Spans.Single(span => span.TraceId == later && span.Name == "bus").Tags, static tag => tag.Key == "error.type");
        Assert.Equal(6, receiver.Spans.Count(span => span.TraceId == trace));
        output.WriteLine(bus.ToString());
    }

    private static async Task<string> PublishAsync(SockudoServer node, string name)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var signed = new SignedRequest(
            App, HttpMethod.Post, $"/apps/{App.Id}/events", new JsonObject { ["name"] = name, ["channel"] = "news", ["data"] = "{}" }.ToJsonString());
        signed.Sign(TimeProvider.System.GetUtcNow());
        using var request = signed.ToMessage();
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
        Assert.Equal(HttpStatusCode.OK, (await node.Api(App).SendAsync(request)).Status);
        return trace;
    }
}

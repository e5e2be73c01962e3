using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>The round trips of the cache and the limits to their Redis, as a collector receives them.</summary>
public sealed class StoreTraceTests(ITestOutputHelper output)
{
    private static readonly TestApp App = new("traced");

    [Fact]
    public async Task Round_trips_to_the_cache_and_the_limiter_are_spans_of_the_request_and_say_when_redis_is_away()
    {
        await using var redis = new RedisServer();
        await redis.StartAsync();
        await using var receiver = await OtlpReceiver.StartAsync();
        var url = $"redis://127.0.0.1:{redis.Port}/2";
        var setup = new ServerSetup { Apps = [App] }
            .Set("instance.process_id", "node-1").Set("cache.driver", "redis").Set("cache.redis.url_override", url)
            .Set("rate_limiter.enabled", true).Set("rate_limiter.driver", "redis").Set("rate_limiter.redis.url_override", url)
            .Set("rate_limiter.api_rate_limit.fail_open", true);
        receiver.Configure(setup);
        await using var node = await SockudoServer.StartAsync(setup);

        var trace = await PublishAsync(node, "cache-prices", "order-1");
        await receiver.UntilAsync(
            spans => spans.Any(span => span.TraceId == trace && span.Name.StartsWith("POST", StringComparison.Ordinal)) && spans.Any(static span => span.Name == "cache write"),
            "the publish's trace and the write of its event");
        var spans = receiver.Spans.Where(span => span.TraceId == trace).OrderBy(static span => span.Start).ToList();
        foreach (var span in receiver.Spans) output.WriteLine(span.ToString());
        var request = spans.Single(static span => span.Name.StartsWith("POST", StringComparison.Ordinal));
        var limit = Assert.Single(spans, static span => span.Name == "rate_limit");
        var add = Assert.Single(spans, static span => span.Name == "cache add");
        var port = redis.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.All([limit, add], span => Assert.Equal(
            (request.Id, (int)ActivityKind.Client + 1, "redis", "2", "127.0.0.1", port, null),
            (span.ParentId, span.Kind, span.Tags["db.system.name"], span.Tags["db.namespace"], span.Tags["server.address"], span.Tags["server.port"], span.Error)));
        Assert.Equal(("EVAL", "SET"), (limit.Tags["db.operation.name"], add.Tags["db.operation.name"]));

        // The last event of a cache channel is written when the publish is answered: its span is no part of that trace.
        var write = receiver.Spans.First(static span => span.Name == "cache write");
        Assert.Equal(("", false), (write.ParentId, write.TraceId == trace));

        await redis.Process.KillAsync();
        await Eventually.TrueAsync(async () => await node.Http.GetStringAsync("/up") == "DEGRADED", "the node to say that its cache is away");
        var without = await PublishAsync(node, "news", "order-2");
        await receiver.UntilAsync(spans => spans.Count(span => span.TraceId == without && span.Error is not null) >= 2, "the trace without Redis");
        var failed = receiver.Spans.Where(span => span.TraceId == without && span.Error is not null).ToList();
        foreach (var span in failed) output.WriteLine(span.ToString());
        Assert.Equal(["cache add", "rate_limit"], failed.Select(static span => span.Name).Distinct().Order());
        Assert.All(failed, static span => Assert.Equal("no_connection", span.Tags["error.type"]));
    }

    private static async Task<string> PublishAsync(SockudoServer node, string channel, string key)
    {
        var trace = ActivityTraceId.CreateRandom().ToHexString();
        var body = new JsonObject { ["name"] = "changed", ["channel"] = channel, ["data"] = "12.50", ["idempotency_key"] = key };
        var signed = new SignedRequest(App, HttpMethod.Post, $"/apps/{App.Id}/events", body.ToJsonString());
        signed.Sign(TimeProvider.System.GetUtcNow());
        using var request = signed.ToMessage();
        request.Headers.Add("traceparent", $"00-{trace}-b7ad6b7169203331-01");
        Assert.Equal(HttpStatusCode.OK, (await node.Api(App).SendAsync(request)).Status);
        return trace;
    }
}

using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Metrics;
using Xunit;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>One trace of an event through three processes and a real broker, as a collector receives it.</summary>
public abstract class TraceTests(TracedCluster cluster, ITestOutputHelper output) : IAsyncLifetime
{
    private const string Channel = "private-orders";
    private const string CallersSpan = "b7ad6b7169203331";

    private static readonly string[] AllNodes = ["node-1", "node-2", "node-3"];

    private readonly List<PusherConnection> _clients = [];
    private readonly string _traceId = ActivityTraceId.CreateRandom().ToHexString();

    private OtlpReceiver Receiver => cluster.Receiver;

    public async ValueTask InitializeAsync()
    {
        // One on the first node, two on the second, three on the third: the spans must tell them apart.
        for (var node = 0; node < 3; node++)
        {
            for (var i = 0; i <= node; i++)
            {
                var client = await cluster.Nodes[node].ConnectAsync(TracedCluster.App);
                _clients.Add(client);
                await client.SubscribeAsync(Channel);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed) output.WriteLine(cluster.Logs);
        foreach (var client in _clients) await client.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_publish_on_one_node_is_one_trace_with_spans_of_all_three()
    {
        var size = await PublishAsync($"00-{_traceId}-{CallersSpan}-01");
        await DeliveriesAsync(_traceId, 3);

        var spans = Receiver.Spans.Where(span => span.TraceId == _traceId).ToList();
        Print(spans);
        var request = spans.Single(static span => span.Name == "POST /apps/{appId}/events");
        var publish = spans.Single(static span => span.Name == "publish private");
        var bus = spans.Single(static span => span.Name == "bus");
        var deliveries = spans.Where(static span => span.Name == "deliver").OrderBy(static span => span.Node, StringComparer.Ordinal).ToList();

        // The caller's trace goes on; each span is below the one that caused it.
        Assert.Equal(CallersSpan, request.ParentId);
        Assert.Equal(request.Id, spans.Single(static span => span.Name == "signature").ParentId);
        Assert.Equal(request.Id, publish.ParentId);
        Assert.Equal(publish.Id, spans.Single(static span => span.Name == "encode").ParentId);
        Assert.Equal(publish.Id, bus.ParentId);
        Assert.Equal([publish.Id, bus.Id, bus.Id], deliveries.Select(static span => span.ParentId));
        Assert.Equal(AllNodes, deliveries.Select(static span => span.Node));

        // Never a span for a recipient: six of them, eight spans.
        Assert.Equal([1, 2, 3], deliveries.Select(static span => span.Measure("sockudo.recipients")));
        Assert.Equal(8, spans.Count);
        Assert.All(deliveries, span => Assert.Equal(size, span.Measure("messaging.message.body.size")));
        Assert.All(deliveries, static span => Assert.InRange(span.Measure("sockudo.lag_ms"), 0, 15_000));
        Assert.Equal(("sockudo", "send", Channel, "publish"), (
            publish.Tags["messaging.system"], publish.Tags["messaging.operation.type"], publish.Tags["messaging.destination.name"], publish.Tags["messaging.operation.name"]));
        output.WriteLine($"lag: {string.Join(", ", deliveries.Select(static span => $"{span.Node} {span.Measure("sockudo.lag_ms"):0.00} ms"))}");
    }

    [Fact]
    public async Task A_client_event_is_a_trace_of_its_own_over_all_three()
    {
        await _clients[0].SendAsync("client-typing", new JsonObject { ["user"] = "ada" }, Channel);
        await _clients[^1].WaitForAsync("client-typing", Channel);
        await Receiver.UntilAsync(static spans => spans.Any(static span => span.Name == "client_event private"), "the client event's span");
        var root = Receiver.Spans.Single(span => span.Name == "client_event private" && span.Tags["sockudo.socket.id"] == _clients[0].SocketId);
        await DeliveriesAsync(root.TraceId, 3);

        var spans = Receiver.Spans.Where(span => span.TraceId == root.TraceId).ToList();
        Print(spans);
        Assert.Equal(("", _clients[0].SocketId), (root.ParentId, root.Tags["sockudo.socket.id"]));

        // Everybody but the sender.
        Assert.Equal([0, 2, 3], spans.Where(static span => span.Name == "deliver").OrderBy(static span => span.Node, StringComparer.Ordinal).Select(static span => span.Measure("sockudo.recipients")));
    }

    [Fact]
    public async Task Connect_subscribe_and_sign_in_are_spans_of_the_socket()
    {
        await _clients[0].SignInAsync("ada");
        await _clients[0].SendSubscribeAsync(Channel + "-other", auth: "traced-key:00");
        await _clients[0].WaitForAsync("pusher:error");
        var socket = _clients[0].SocketId;
        bool IsOfSocket(ExportedSpan span) => span.Tags.TryGetValue("sockudo.socket.id", out var id) && id == socket;
        await Receiver.UntilAsync(spans => spans.Count(IsOfSocket) == 4, "four spans of the socket");

        var spans = Receiver.Spans.Where(IsOfSocket).OrderBy(static span => span.Start).ToList();
        Print(spans);
        Assert.Equal(["connect", "subscribe private", "sign-in", "subscribe"], spans.Select(static span => span.Name));
        Assert.All(spans, static span => Assert.Equal(("", "node-1", TracedCluster.App.Id), (span.ParentId, span.Node, span.Tags["sockudo.app.id"])));
        Assert.Equal("4009", spans[^1].Tags["error.type"]);
    }

    [Fact]
    public async Task A_socket_of_the_second_door_is_no_part_of_the_request_that_began_it()
    {
        var node = cluster.Nodes[0];
        await using var socket = await RawWebSocket.ConnectTcpAsync(node.HttpUri);
        await socket.SendBytesAsync(Encoding.ASCII.GetBytes("GET /up HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        await socket.ReadResponseAsync();
        var target = $"/app/{TracedCluster.App.Key}?protocol=7";
        var upgrade = RawWebSocket.UpgradeRequest(node.HttpUri, target).TrimEnd() + $"\r\ntraceparent: 00-{_traceId}-{CallersSpan}-01\r\n\r\n";
        await socket.SendBytesAsync(Encoding.ASCII.GetBytes(upgrade));
        Assert.Equal(101, (await socket.ReadResponseAsync()).Status);
        var established = new PusherEvent((await socket.ReadFrameAsync())!.Text);
        var id = established.DataJson!["socket_id"]!.GetValue<string>();
        await Receiver.UntilAsync(spans => spans.Any(span => span.Tags.GetValueOrDefault("sockudo.socket.id") == id), "the connect's span");

        Assert.Equal("", Receiver.Spans.Single(span => span.Tags.GetValueOrDefault("sockudo.socket.id") == id).ParentId);
        Assert.DoesNotContain(Receiver.Spans, span => span.TraceId == _traceId || span.Name.Contains("/app/", StringComparison.Ordinal) || span.Name.Contains("/up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_caller_does_not_sample_is_not_traced()
    {
        var unsampled = ActivityTraceId.CreateRandom().ToHexString();
        await PublishAsync($"00-{unsampled}-{CallersSpan}-00");
        await PublishAsync($"00-{_traceId}-{CallersSpan}-01");
        await DeliveriesAsync(_traceId, 3);

        Assert.DoesNotContain(Receiver.Spans, span => span.TraceId == unsampled);
    }

    [Fact]
    public async Task The_metrics_of_a_scrape_and_the_logs_come_by_OTLP_too()
    {
        var node = cluster.Nodes[1];
        var exposition = Exposition.Parse(await node.Http.GetStringAsync(node.MetricsUri, TestContext.Current.CancellationToken));
        string[] scraped = [.. exposition.Families.Values.Where(static family => family.Samples.Count > 0 && family.Name.StartsWith("sockudo_", StringComparison.Ordinal)).Select(static family => family.Name)];
        IEnumerable<string> Exported() => Receiver.MetricsOf("node-2").Select(static name => name.Replace('.', '_'));
        await Eventually.TrueAsync(
            () => Task.FromResult(Receiver.Logs > 0 && !scraped.Except(Exported()).Any()), "metrics and logs of node-2",
            state: () => $"{Receiver.Logs} logs; missing: {string.Join(' ', scraped.Except(Exported()))}");
        output.WriteLine($"{scraped.Length} metrics with samples in the scrape, all of them by OTLP");

        Assert.Equal("Sockudo.Server", Receiver.Services["node-2"]);
    }

    private async Task<int> PublishAsync(string traceParent)
    {
        var event7 = new JsonObject { ["name"] = "order-shipped", ["channel"] = Channel, ["data"] = """{"id":7}""" };
        var signed = new SignedRequest(TracedCluster.App, HttpMethod.Post, $"/apps/{TracedCluster.App.Id}/events", event7.ToJsonString());
        signed.Sign(TimeProvider.System.GetUtcNow());
        using var request = signed.ToMessage();
        request.Headers.Add("traceparent", traceParent);
        var answer = await cluster.Nodes[0].Api(TracedCluster.App).SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        var got = await _clients[^1].WaitForAsync("order-shipped", Channel);
        return Encoding.UTF8.GetByteCount(got.Raw);
    }

    private Task DeliveriesAsync(string traceId, int count) => Receiver.UntilAsync(
        spans => spans.Count(span => span.TraceId == traceId && span.Name == "deliver") == count && spans.Any(span => span.TraceId == traceId && span.Name == "bus")
            && spans.Any(span => span.TraceId == traceId && span.ParentId is CallersSpan or ""),
        "the trace is whole");

    private void Print(IEnumerable<ExportedSpan> spans)
    {
        foreach (var span in spans.OrderBy(static span => span.Start)) output.WriteLine(span.ToString());
    }
}

public sealed class RedisTraceTests(RedisTracedCluster cluster, ITestOutputHelper output) : TraceTests(cluster, output), IClassFixture<RedisTracedCluster>;

public sealed class NatsTraceTests(NatsTracedCluster cluster, ITestOutputHelper output) : TraceTests(cluster, output), IClassFixture<NatsTracedCluster>;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Sockudo.Tests.Infrastructure;
using Xunit;
using static Sockudo.Tests.Integration.Webhooks.WebhookApps;

namespace Sockudo.Tests.Integration.Webhooks;

/// <summary>Receivers that are away, slow, wrong or malicious.</summary>
public sealed class WebhookDeliveryTests(ITestOutputHelper output) : IAsyncLifetime
{
    private WebhookReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await WebhookReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task A_request_that_is_refused_is_repeated_with_its_id_and_a_higher_attempt_until_it_is_accepted()
    {
        _receiver.Answer = (request, context) => Status(context, request.Attempt < 4 ? 500 : 200);
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "channel_occupied"))));
        await OccupyAsync(server, "orders");
        await AcceptedAsync("channel_occupied orders");
        var requests = _receiver.Requests.All;
        Assert.Equal([1, 2, 3, 4], requests.Select(request => request.Attempt));
        Assert.Single(requests.Select(request => (request.EventId, request.Body, request.Headers["x-pusher-signature"])).Distinct());
        await LoggedAsync(server, "fails: answered 500");
        await LoggedAsync(server, "works again after 3 failed attempts");
    }

    [Fact]
    public async Task A_channels_events_stay_in_order_while_a_receiver_fails_at_random()
    {
        var random = new Random(7);
        _receiver.Answer = (_, context) => Status(context, random.Next(3) == 0 ? 503 : 200);
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "client_event"))).Set("webhooks.batching.size", 5).Set("webhooks.retry.first_delay_ms", 5));
        await using var ada = await server.ConnectAsync(App("shop"));
        string[] channels = ["private-a", "private-b", "private-c"];
        foreach (var channel in channels) await ada.SubscribeAsync(channel);
        for (var i = 0; i < 300; i++) await ada.SendAsync("client-n", JsonValue.Create($"{i}"), channels[i % 3]);
        await Eventually.TrueAsync(() => Task.FromResult(_receiver.Accepted.All.Count >= 300), "300 client events", state: () => $"{_receiver.Accepted.All.Count}\n{server.Log}");
        foreach (var (channel, index) in channels.Select((channel, index) => (channel, index)))
        {
            var numbers = _receiver.Accepted.All.Where(item => item.Event["channel"]!.GetValue<string>() == channel).Select(item => int.Parse(item.Event["data"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(Enumerable.Range(0, 100).Select(n => (n * 3) + index), numbers);
        }

        output.WriteLine($"requests: {_receiver.Requests.All.Count}, of which refused: {_receiver.Requests.All.Count(request => request.Attempt > 1)}");
    }

    [Fact]
    public async Task What_is_published_together_is_one_request_and_one_at_a_time_is_under_way_in_a_channel()
    {
        var gate = new TaskCompletionSource();
        _receiver.Answer = (_, _) => gate.Task;
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "client_event"))).Set("webhooks.batching.duration", 200));
        await using var ada = await server.ConnectAsync(App("shop"));
        await ada.SubscribeAsync("private-a");
        for (var i = 0; i < 30; i++) await ada.SendAsync("client-n", JsonValue.Create($"{i}"), "private-a");
        await _receiver.Requests.NextAsync();
        for (var i = 30; i < 60; i++) await ada.SendAsync("client-n", JsonValue.Create($"{i}"), "private-a");
        await Eventually.TrueAsync(async () => await MetricAsync(server, "sockudo_webhook_queue_depth") >= 2, "a second request waits", state: () => server.Log);
        Assert.Single(_receiver.Requests.All);
        gate.SetResult();
        await Eventually.EqualAsync(60, () => Task.FromResult(_receiver.Accepted.All.Count), "events accepted");
        output.WriteLine($"requests for 60 events: {_receiver.Requests.All.Count}");
        Assert.InRange(_receiver.Requests.All.Count, 2, 10);
        Assert.Equal(1, _receiver.MostUnderWay);
    }

    [Fact]
    public async Task A_receiver_that_stays_dead_leaves_dead_letters_that_are_listed_counted_and_replayed()
    {
        var app = App("shop", Entry(_receiver.Url(), "channel_occupied"));
        _receiver.AnswerWith(500);
        await using var server = await SockudoServer.StartAsync(Setup(app).Set("webhooks.retry.give_up_after_ms", 300));
        await OccupyAsync(server, "orders");
        await Eventually.TrueAsync(async () => (await DeadLettersAsync(server, app))["count"]!.GetValue<int>() == 1, "a dead letter", state: () => server.Log);
        var letter = (await DeadLettersAsync(server, app))["dead_letters"]![0]!;
        output.WriteLine(letter.ToJsonString());
        Assert.Equal(("expired", _receiver.Url(), _receiver.Requests.All[0].EventId), (letter["reason"]!.GetValue<string>(), letter["url"]!.GetValue<string>(), letter["id"]!.GetValue<string>()));
        Assert.Equal(_receiver.Requests.All.Count, letter["attempts"]!.GetValue<int>());
        Assert.Equal(_receiver.Requests.All[0].Body, letter["body"]!.ToJsonString());
        Assert.True(letter["given_up_ms"]!.GetValue<long>() - letter["enqueued_ms"]!.GetValue<long>() >= 300);
        var stats = JsonNode.Parse(await server.Http.GetStringAsync(new Uri(server.MetricsUri, "/stats"), TestContext.Current.CancellationToken))!;
        Assert.Equal(1, stats["apps"]![0]!["webhooks"]!["dead_letters"]!.GetValue<int>());
        Assert.Equal(1, await MetricAsync(server, "sockudo_webhook_dead_letters_total"));

        _receiver.Answer = null;
        var none = await server.Api(app).PostAsync("/webhooks/dead_letters/replay", new JsonObject { ["ids"] = new JsonArray("no-such-id") });
        Assert.Equal("""{"replayed":0}""", none.Body);
        var answer = await server.Api(app).PostAsync("/webhooks/dead_letters/replay", new JsonObject { ["all"] = true });
        Assert.Equal("""{"replayed":1}""", answer.Body);
        await AcceptedAsync("channel_occupied orders");
        Assert.Equal(letter["id"]!.GetValue<string>(), _receiver.Requests.All[^1].EventId);
        Assert.Equal(0, (await DeadLettersAsync(server, app))["count"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"ids\":[1]}")]
    [InlineData("{\"all\":false}")]
    [InlineData("nothing")]
    public async Task A_replay_of_neither_ids_nor_all_is_refused(string body)
    {
        var app = App("shop", Entry(_receiver.Url(), "channel_occupied"));
        await using var server = await SockudoServer.StartAsync(Setup(app));
        var answer = await server.Api(app).SendAsync(HttpMethod.Post, "/webhooks/dead_letters/replay", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("replay_invalid", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_comes_late_gets_everything()
    {
        var port = FreePorts.Next();
        var app = App("shop", Entry($"http://127.0.0.1:{port}/hook", "channel_occupied"));
        await using var server = await SockudoServer.StartAsync(Setup(app));
        await OccupyAsync(server, [.. Enumerable.Range(0, 20).Select(i => $"orders-{i}")]);
        await Eventually.TrueAsync(async () => await MetricAsync(server, "sockudo_webhook_retries_total") > 5, "retries", state: () => server.Log);
        await using var late = await WebhookReceiver.StartAsync(port);
        await Eventually.EqualAsync(20, () => Task.FromResult(late.AcceptedBriefs().Distinct().Count()), "channels told");
        Assert.Equal(20, late.Accepted.All.Count);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_given_up_waiting_for_and_tried_again()
    {
        var gate = new TaskCompletionSource();
        _receiver.Answer = (request, _) => request.Attempt == 1 ? gate.Task : Task.CompletedTask;
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "channel_occupied"))).Set("webhooks.request_timeout_ms", 300));
        await OccupyAsync(server, "orders");
        await AcceptedAsync("channel_occupied orders");
        await LoggedAsync(server, "no answer within 0.3 s");
        gate.SetResult();
    }

    [Fact]
    public async Task A_receiver_that_closes_early_is_tried_again()
    {
        _receiver.Answer = (request, context) =>
        {
            if (request.Attempt < 3) context.Abort();
            return Task.CompletedTask;
        };
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "channel_occupied"))));
        await OccupyAsync(server, "orders");
        await Eventually.TrueAsync(() => Task.FromResult(_receiver.Requests.All.Any(request => request.Attempt == 3)), "a third attempt", state: () => server.Log);
        Assert.Single(_receiver.Requests.All.Select(request => request.EventId).Distinct());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = await WebhookReceiver.StartAsync();
        _receiver.Answer = (request, context) =>
        {
            if (request.Attempt > 2) return Task.CompletedTask;
            context.Response.Redirect(elsewhere.Url(), permanent: request.Attempt == 1);
            return Task.CompletedTask;
        };
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "channel_occupied"))));
        await OccupyAsync(server, "orders");
        await AcceptedAsync("channel_occupied orders");
        Assert.Empty(elsewhere.Requests.All);
        await LoggedAsync(server, "redirects are not followed");
    }

    [Fact]
    public async Task A_huge_answer_is_not_read()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var writing = WriteForeverAsync(listener);
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hook");
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(url, "channel_occupied"))));
        await OccupyAsync(server, "orders");
        var written = await writing.WithinAsync("the server hangs up");
        output.WriteLine($"bytes written until the server hung up, what the kernel holds included: {written}");
        Assert.InRange(written, 1, 64 << 20);
        await Eventually.TrueAsync(async () => await MetricAsync(server, "sockudo_webhook_attempts_total") == 1, "one request", state: () => server.Log);
        Assert.DoesNotContain("fails", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_endpoint_holds_up_neither_another_endpoint_nor_another_app_nor_a_client()
    {
        var gate = new TaskCompletionSource();
        _receiver.Answer = (request, _) => request.Path == "/dead" ? gate.Task : Task.CompletedTask;
        string[] types = ["channel_occupied", "client_event"];
        var (shop, news) = (App("shop", Entry(_receiver.Url("/dead"), types), Entry(_receiver.Url("/alive"), types)), App("news", Entry(_receiver.Url("/news"), types)));
        await using var server = await SockudoServer.StartAsync(Setup(shop, news));
        await using var ada = await server.ConnectAsync(shop);
        await using var bob = await server.ConnectAsync(news);
        for (var i = 0; i < 200; i++)
        {
            await ada.SubscribeAsync($"private-{i}");
            await ada.SendAsync("client-n", JsonValue.Create($"{i}"), $"private-{i}");
            await bob.SubscribeAsync($"private-{i}");
        }

        await Eventually.TrueAsync(
            () => Task.FromResult(_receiver.AcceptedBriefs("/alive").Count == 400 && _receiver.AcceptedBriefs("/news").Count == 200), "everything else is told", state: () => server.Log);
        Assert.Empty(_receiver.AcceptedBriefs("/dead"));
        Assert.InRange(_receiver.Requests.All.Count(request => request.Path == "/dead"), 1, 5);
        gate.SetResult();
        await Eventually.EqualAsync(400, () => Task.FromResult(_receiver.AcceptedBriefs("/dead").Distinct().Count()), "events the dead endpoint got when it was back");
    }

    [Fact]
    public async Task Private_networks_are_refused_when_they_are_blocked()
    {
        var app = App("shop", Entry(_receiver.Url(), "channel_occupied"));
        await using var server = await SockudoServer.StartAsync(Setup(app).Set("webhooks.block_private_networks", true).Set("webhooks.retry.give_up_after_ms", 100));
        await OccupyAsync(server, "orders");
        await Eventually.TrueAsync(async () => (await DeadLettersAsync(server, app))["count"]!.GetValue<int>() == 1, "a dead letter", state: () => server.Log);
        Assert.Empty(_receiver.Requests.All);
        await LoggedAsync(server, "webhooks may not be sent to 127.0.0.1");
    }

    [Fact]
    public async Task What_the_memory_queue_loses_at_a_stop_is_counted_in_the_log()
    {
        _receiver.AnswerWith(500);
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "channel_occupied"))));
        await OccupyAsync(server, "orders");
        await _receiver.Requests.NextAsync();
        await server.StopAsync();
        Assert.Contains("1 webhooks were not delivered and are lost with the process", server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_delivers_what_was_noted_before_it()
    {
        await using var server = await SockudoServer.StartAsync(Setup(App("shop", Entry(_receiver.Url(), "channel_occupied"))).Set("webhooks.batching.duration", 30_000));
        await OccupyAsync(server, "orders");
        await server.StopAsync();
        Assert.Equal(["channel_occupied orders"], _receiver.AcceptedBriefs());
        Assert.Equal(0, await server.Exited);
    }

    // Answers the first request of the first connection with 200 and a body without end.
    private static async Task<long> WriteForeverAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[64 * 1024]);
        await socket.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        byte[] chunk = [.. "10000\r\n"u8, .. new byte[0x10000], .. "\r\n"u8];
        var written = 0L;
        try
        {
            while (true) written += await socket.SendAsync(chunk);
        }
        catch (SocketException)
        {
            return written;
        }
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static async Task OccupyAsync(SockudoServer server, params string[] channels)
    {
        await using var ada = await server.ConnectAsync(new TestApp("shop"));
        foreach (var channel in channels) await ada.SubscribeAsync(channel);
    }

    private static async Task<JsonNode> DeadLettersAsync(SockudoServer server, TestApp app) =>
        JsonNode.Parse((await server.Api(app).GetAsync("/webhooks/dead_letters")).Body)!;

    private static async Task<double> MetricAsync(SockudoServer server, string name)
    {
        var text = await server.Http.GetStringAsync(server.MetricsUri, TestContext.Current.CancellationToken);
        return text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), System.Globalization.CultureInfo.InvariantCulture));
    }

    // The console's own thread writes a line somewhat later than what it tells of.
    private static Task LoggedAsync(SockudoServer server, string text) =>
        Eventually.TrueAsync(() => Task.FromResult(server.Log.Contains(text, StringComparison.Ordinal)), $"the log says '{text}'", state: () => server.Log);

    private async Task AcceptedAsync(string text) => await Eventually.TrueAsync(
        () => Task.FromResult(_receiver.AcceptedBriefs().Contains(text)), $"the webhook '{text}'", state: () => string.Join('\n', _receiver.Requests.All));
}

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Integration.Soak;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>Ways to read too slowly: each is closed and counted, and costs the server no more memory than its queue may hold.</summary>
public sealed class SlowConsumerKindsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Closed = "sockudo_slow_consumers_closed_total";
    private const string Dropped = "sockudo_frames_dropped_total";
    private const string Channel = "orders";

    private static readonly string Payload = new('x', 8 * 1024);

    private SockudoServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await SockudoServer.StartAsync(new ServerSetup().Set("websocket.max_backpressure", 64 * 1024));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_client_that_reads_again_learns_that_it_was_closed_with_4100()
    {
        // The server waits a second for a client to take its last frames; on a busy machine one may come too late.
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            await using var slow = await SubscribeAsync(_server, Channel);
            await PublishUntilAsync(Closed, attempt);
            var last = new List<WebSocketFrame>();
            try
            {
                while (await slow.ReadFrameAsync() is { } frame) last.Add(frame);
            }
            catch (EndOfStreamException)
            {
                // The reset came first.
            }

            if (last is not [.., var error, { Opcode: FrameOpcode.Close } close]) continue;
            Assert.Contains("\"code\":4100", error.Text, StringComparison.Ordinal);
            Assert.Equal(4100, close.CloseCode);
            return;
        }

        Assert.Fail("no client learned why it was closed");
    }

    [Fact]
    public async Task A_client_that_reads_a_kilobyte_a_second_is_closed()
    {
        await using var slow = await SubscribeAsync(_server, Channel);
        using var end = new CancellationTokenSource();
        var read = ReadSlowlyAsync(slow, end.Token);
        // Slowly enough that it does read for some seconds.
        using (var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
        {
            while (ServerFootprint.Sum(await ServerFootprint.ScrapeAsync(_server), Closed) == 0)
            {
                await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
                await _server.Api(TestApps.Demo).PublishAsync(Channel, "placed", Payload);
            }
        }

        await end.CancelAsync();
        var bytes = await read;
        output.WriteLine($"{bytes} bytes were read before");
        Assert.True(bytes > 0);
    }

    [Fact]
    public async Task A_client_whose_process_is_stopped_is_closed()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("processes are stopped by a POSIX signal");

        // A mask of zeros leaves the text as it is.
        var text = $$$"""{"event":"pusher:subscribe","data":{"channel":"{{{Channel}}}"}}""";
        byte[] all =
        [
            .. Encoding.ASCII.GetBytes(RawWebSocket.UpgradeRequest(_server.HttpUri, $"/app/{TestApps.Demo.Key}")),
            0x81, (byte)(0x80 | text.Length), 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(text),
        ];
        var bytes = string.Concat(all.Select(static one => $"\\x{one:x2}"));
        await using var client = ChildProcess.Start("bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{_server.Port}; printf '{bytes}' >&3; exec cat <&3 >/dev/null"], Path.GetTempPath());
        await Eventually.EqualAsync(
            1,
            async () => (await _server.Api(TestApps.Demo).GetAsync($"/channels/{Channel}", ("info", "subscription_count"))).Json["subscription_count"]?.GetValue<int>() ?? 0,
            "the subscription of the other process");
        client.Signal(ProcessSignal.Stop);

        await PublishUntilAsync(Closed, 1);
        client.Signal(ProcessSignal.Continue);
        await client.Exited.WithinAsync("the end of the connection at the process that goes on");
    }

    [Fact]
    public async Task Clients_that_never_read_and_stay_cost_no_more_memory_than_their_queues()
    {
        const int clients = 40;
        const int queue = 64 * 1024;
        await using var server = await SockudoServer.StartAsync(new ServerSetup { HostEnvironment = "Development" }
            .Set("websocket.max_backpressure", queue).Set("websocket.disconnect_on_buffer_full", false));
        var slow = new List<RawWebSocket>();
        for (var i = 0; i < clients; i++) slow.Add(await SubscribeAsync(server, $"{Channel}-{i}"));

        // A channel each: a frame that several were sent would be held once only.
        await PublishAsync(server, clients);
        var (before, _) = await ServerFootprint.CollectAsync(server);
        var sent = 0L;
        while (ServerFootprint.Sum(await ServerFootprint.ScrapeAsync(server), Dropped) < 100 * clients) sent += await PublishAsync(server, clients);
        var (after, _) = await ServerFootprint.CollectAsync(server);
        output.WriteLine($"{sent / 1024} kB were published, the heap grew by {(after - before) / 1024} kB");

        // The list, what a drain has taken out of it, and some room for the runtime's own.
        Assert.True(after - before < (clients * 2 * queue) + (4 * 1024 * 1024), $"the heap grew by {(after - before) / 1024} kB");
        Assert.True(sent > clients * 8 * queue, "too little was published to tell");
        Assert.Equal(0, ServerFootprint.Sum(await ServerFootprint.ScrapeAsync(server), Closed));
        foreach (var client in slow) await client.DisposeAsync();
    }

    private static async Task<long> PublishAsync(SockudoServer server, int channels)
    {
        for (var first = 0; first < channels; first += 10)
            await server.Api(TestApps.Demo).PublishAsync(new JsonObject
            {
                ["name"] = "placed",
                ["channels"] = new JsonArray([.. Enumerable.Range(first, 10).Select(static i => JsonValue.Create($"{Channel}-{i}"))]),
                ["data"] = Payload,
            });
        return (long)channels * Payload.Length;
    }

    private async Task PublishUntilAsync(string counter, int value) =>
        await Eventually.TrueAsync(
            async () =>
            {
                for (var i = 0; i < 20; i++) await _server.Api(TestApps.Demo).PublishAsync(Channel, "placed", Payload);
                return ServerFootprint.Sum(await ServerFootprint.ScrapeAsync(_server), counter) >= value;
            },
            string.Create(CultureInfo.InvariantCulture, $"{counter} {value}"),
            TimeSpan.FromSeconds(30));

    private static async Task<int> ReadSlowlyAsync(RawWebSocket socket, CancellationToken end)
    {
        var read = 0;
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            while (await second.WaitForNextTickAsync(end)) read += await socket.Socket.ReceiveAsync(new byte[1024], end);
        }
        catch (Exception error) when (error is OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // Closed, or told to stop.
        }

        return read;
    }

    private static async Task<RawWebSocket> SubscribeAsync(SockudoServer server, string channel)
    {
        var socket = await RawWebSocket.OpenAsync(server.HttpUri, $"/app/{TestApps.Demo.Key}", configure: static socket => socket.ReceiveBufferSize = 4096);
        await socket.ReadFrameAsync();
        await socket.SendTextAsync($$$"""{"event":"pusher:subscribe","data":{"channel":"{{{channel}}}"}}""");
        await socket.ReadFrameAsync();
        return socket;
    }
}

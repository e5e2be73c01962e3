using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>A client that does not read: it is closed or misses events, and nobody else notices.</summary>
public sealed class SlowConsumerTests
{
    private static readonly string Payload = new('x', 8 * 1024);

    [Fact]
    public async Task A_full_queue_ends_the_connection()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup().Set("websocket.max_backpressure", 64 * 1024));
        await using var slow = await SubscribeWithoutReadingAsync(server, "orders");
        await using var quick = await server.ConnectAsync(TestApps.Demo);
        await quick.SubscribeAsync("orders");
        await Eventually.EqualAsync(
            1,
            async () =>
            {
                await server.Api(TestApps.Demo).PublishAsync("orders", "placed", Payload);
                return (await server.Api(TestApps.Demo).GetAsync("/channels/orders", ("info", "subscription_count"))).Json["subscription_count"]!.GetValue<int>();
            },
            "the number of subscribers without the slow one");
    }

    [Fact]
    public async Task A_quick_client_misses_nothing_because_of_a_slow_one()
    {
        const int count = 200;
        await using var server = await SockudoServer.StartAsync(new ServerSetup().Set("websocket.max_backpressure", 64 * 1024));
        await using var slow = await SubscribeWithoutReadingAsync(server, "orders");
        await using var quick = await server.ConnectAsync(TestApps.Demo);
        await quick.SubscribeAsync("orders");
        for (var i = 0; i < count; i++)
        {
            await server.Api(TestApps.Demo).PublishAsync("orders", $"placed-{i}", Payload);
            Assert.Equal($"placed-{i}", (await quick.NextAsync()).Name);
        }
    }

    [Fact]
    public async Task With_disconnecting_off_a_slow_client_stays_and_misses_events()
    {
        const int count = 1000;
        await using var server = await SockudoServer.StartAsync(
            new ServerSetup().Set("websocket.max_backpressure", 64 * 1024).Set("websocket.disconnect_on_buffer_full", false));
        await using var slow = await SubscribeWithoutReadingAsync(server, "orders");
        for (var i = 0; i < count; i++)
            await server.Api(TestApps.Demo).PublishAsync("orders", "placed", Payload);

        await slow.SendTextAsync("""{"event":"pusher:ping"}""");
        var events = 0;
        while ((await slow.ReadFrameAsync())?.Text is { } text && !text.Contains("pusher:pong", StringComparison.Ordinal))
        {
            events++;
            // The ping may have been dropped like any other frame while the queue was full.
            if (events % 10 == 0)
                await slow.SendTextAsync("""{"event":"pusher:ping"}""");
        }

        Assert.InRange(events, 1, count - 1);
    }

    private static async Task<RawWebSocket> SubscribeWithoutReadingAsync(SockudoServer server, string channel)
    {
        var socket = await RawWebSocket.OpenAsync(
            server.HttpUri, $"/app/{TestApps.Demo.Key}", configure: socket => socket.ReceiveBufferSize = 4096);
        await socket.ReadFrameAsync();
        await socket.SendTextAsync($$$"""{"event":"pusher:subscribe","data":{"channel":"{{{channel}}}"}}""");
        await socket.ReadFrameAsync();
        return socket;
    }
}

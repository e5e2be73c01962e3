using System.Net;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>A server that stops over a window of two seconds.</summary>
public sealed class DrainTests(ITestOutputHelper output)
{
    private const int Window = 2000;

    [Fact]
    public async Task While_draining_it_is_not_ready_and_refuses_new_sockets_at_both_doors()
    {
        await using var server = await StartAsync();
        await using var keptAlive = await RawWebSocket.ConnectTcpAsync(server.HttpUri);
        Assert.Equal((200, ""), await AskAsync(keptAlive, $"GET /ready HTTP/1.1\r\nHost: {server.HttpUri.Authority}\r\n\r\n"));
        var connections = await ConnectAsync(server, 20);
        server.Signal(ProcessSignal.Terminate);
        await Eventually.TrueAsync(
            async () =>
            {
                using var ready = await server.Http.GetAsync(new Uri("/ready", UriKind.Relative));
                return ready.StatusCode == HttpStatusCode.ServiceUnavailable && (await ready.Content.ReadAsStringAsync()).StartsWith("DRAINING", StringComparison.Ordinal);
            },
            "DRAINING");

        await using var refused = await RawWebSocket.OpenAsync(server.HttpUri, $"/app/{TestApps.Demo.Key}");
        Assert.Equal((503, "1"), (refused.Response.Status, refused.Response.Headers["Retry-After"]));
        Assert.Equal((503, "1"), await AskAsync(keptAlive, RawWebSocket.UpgradeRequest(server.HttpUri, $"/app/{TestApps.Demo.Key}")));
        foreach (var connection in connections)
        {
            Assert.Equal(4200, (await connection.ClosedAsync()).Code);
            await connection.DisposeAsync();
        }

        Assert.Equal(0, await server.Exited.WithinAsync("the server's end"));
    }

    [Fact]
    public async Task Sockets_are_closed_evenly_over_the_window()
    {
        await using var server = await StartAsync();
        var connections = await ConnectAsync(server, 100);
        var start = TimeProvider.System.GetTimestamp();
        server.Signal(ProcessSignal.Terminate);
        var times = await Task.WhenAll(connections.Select(async connection =>
        {
            await connection.ClosedAsync();
            return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
        }));
        Array.Sort(times);
        output.WriteLine($"closed at {times[0]:0}, {times[24]:0}, {times[49]:0}, {times[74]:0}, {times[99]:0} ms");

        // A loaded machine may be late, never early.
        Assert.True(times[99] >= Window * 0.95, $"all closed within {times[99]:0} ms");
        for (var i = 0; i < 100; i++) Assert.True(times[i] >= (Window * i / 100) - 100, $"socket {i} was closed at {times[i]:0} ms");
        foreach (var connection in connections) await connection.DisposeAsync();
    }

    [Fact]
    public async Task Those_who_are_still_there_are_told_who_went_and_get_events()
    {
        await using var server = await StartAsync();
        var connections = await ConnectAsync(server, 10);
        for (var i = 0; i < connections.Count; i++) await connections[i].JoinAsync("presence-shop", $"user-{i}");
        await connections[0].FenceAsync();
        server.Signal(ProcessSignal.Terminate);
        await Task.WhenAny(connections.Select(static connection => connection.ClosedAsync())).WithinAsync("the first close");
        Assert.Equal(HttpStatusCode.OK, (await server.Api(TestApps.Demo).PublishAsync("presence-shop", "sold", "1")).Status);
        await Task.WhenAll(connections.Select(static connection => connection.ClosedAsync()));

        var leavings = connections.Select(static connection => connection.Received.Count(static item => item.Name == "pusher_internal:member_removed")).Order().ToArray();
        output.WriteLine($"member_removed seen: {string.Join(' ', leavings)}");
        Assert.Contains(connections, static connection => connection.Received.Any(static item => item.Name == "sold"));

        // The last to go saw nearly everybody go; two of one slice may go in one moment.
        Assert.InRange(leavings[^1], 6, 9);
        foreach (var connection in connections) await connection.DisposeAsync();
    }

    [Fact]
    public async Task A_second_signal_ends_the_process_at_once()
    {
        await using var server = await SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }
            .Set("shutdown_grace_period", 600).Set("shutdown_drain_window_ms", 500_000));
        await using var connection = await server.ConnectAsync(TestApps.Demo);
        server.Signal(ProcessSignal.Terminate);
        await Eventually.TrueAsync(
            async () =>
            {
                using var ready = await server.Http.GetAsync(new Uri("/ready", UriKind.Relative));
                return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
            },
            "the drain");
        var start = TimeProvider.System.GetTimestamp();
        server.Signal(ProcessSignal.Terminate);
        var code = await server.Exited.WithinAsync("the server's end");

        output.WriteLine($"{TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0} ms");
        Assert.Equal(130, code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(start).TotalSeconds, 0, 5);
    }

    private static Task<SockudoServer> StartAsync() => SockudoServer.StartAsync(new ServerSetup { Apps = [TestApps.Demo] }
        .Set("shutdown_grace_period", 20).Set("shutdown_drain_window_ms", Window));

    private static async Task<List<PusherConnection>> ConnectAsync(SockudoServer server, int count)
    {
        var connections = new List<PusherConnection>();
        for (var i = 0; i < count; i++) connections.Add(await server.ConnectAsync(TestApps.Demo));
        return connections;
    }

    private static async Task<(int Status, string RetryAfter)> AskAsync(RawWebSocket socket, string request)
    {
        await socket.SendBytesAsync(Encoding.ASCII.GetBytes(request));
        var answer = await socket.ReadResponseAsync();
        if (answer.Headers.TryGetValue("Content-Length", out var length))
            await socket.ReadBytesAsync(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture));
        return (answer.Status, answer.Headers.GetValueOrDefault("Retry-After", ""));
    }
}

using System.Diagnostics;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>
/// One client sends without a pause and without an end. The server has one thread that reads sockets (a machine of one processor): the
/// others' messages are read all the same.
/// </summary>
public sealed class FloodTests(ITestOutputHelper output)
{
    private const int RoundTrips = 50;

    [Fact]
    public async Task A_client_that_never_pauses_does_not_keep_others_from_being_read()
    {
        var frames = Repeat(new WebSocketFrame(FrameOpcode.Pong, [], Masked: true).ToBytes());
        await using var server = await OneProcessorAsync();
        await using var flooder = await RawWebSocket.OpenAsync(server.HttpUri, $"/app/{TestApps.Demo.Key}");
        await AssertServedBesideAsync(server, flooder, frames);
    }

    [Fact]
    public async Task A_client_that_goes_on_sending_behind_a_broken_frame_does_not_keep_others_from_being_read()
    {
        var frames = Repeat([0xFF, 0xFF]); // reserved bits, and no end of them
        await using var server = await OneProcessorAsync();
        await using var flooder = await RawWebSocket.OpenAsync(server.HttpUri, $"/app/{TestApps.Demo.Key}");
        await AssertServedBesideAsync(server, flooder, frames);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1_000_000)]
    public async Task Requests_without_a_pause_do_not_keep_sockets_from_being_read(int bodyBytes)
    {
        var requests = Repeat(Encoding.ASCII.GetBytes(
            $"POST /apps/demo/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {bodyBytes}\r\n\r\n{new string(' ', bodyBytes)}"));
        await using var server = await OneProcessorAsync();
        await using var flooder = await RawWebSocket.ConnectTcpAsync(server.HttpUri);
        await AssertServedBesideAsync(server, flooder, requests);
    }

    private static byte[] Repeat(byte[] one)
    {
        var many = new byte[one.Length * Math.Max(1, 64 * 1024 / one.Length)];
        for (var i = 0; i < many.Length; i += one.Length) one.CopyTo(many, i);
        return many;
    }

    private static Task<SockudoServer> OneProcessorAsync() => SockudoServer.StartAsync(new ServerSetup { Environment = { ["DOTNET_PROCESSOR_COUNT"] = "1" } });

    private async Task AssertServedBesideAsync(SockudoServer server, RawWebSocket flooder, byte[] flood)
    {
        await using var client = await server.ConnectAsync(TestApps.Demo);
        using var enough = new CancellationTokenSource();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var flooding = Task.Run(() => FloodAsync(flooder, flood, begun, enough.Token), CancellationToken.None);
        var reading = Task.Run(() => DiscardAsync(flooder, enough.Token), CancellationToken.None);
        await begun.Task.WithinAsync("the first megabyte of the flood");

        var watch = Stopwatch.StartNew();
        for (var i = 0; i < RoundTrips; i++) await client.FenceAsync();
        output.WriteLine($"{RoundTrips} round trips beside a flood: {watch.Elapsed.TotalMilliseconds:0} ms");
        Assert.False(flooding.IsCompleted, "the flood ended before the round trips did");

        await enough.CancelAsync();
        await Task.WhenAll(flooding, reading).WithinAsync("the end of the flood");
    }

    private static async Task FloodAsync(RawWebSocket socket, byte[] bytes, TaskCompletionSource begun, CancellationToken enough)
    {
        try
        {
            for (long sent = 0; ; sent += bytes.Length)
            {
                await socket.Socket.SendAsync(bytes, enough);
                if (sent > 1024 * 1024) begun.TrySetResult();
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private static async Task DiscardAsync(RawWebSocket socket, CancellationToken enough)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.Socket.ReceiveAsync(buffer, enough) > 0)
            {
                // Answers, unread, would hold the flood up.
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }
}

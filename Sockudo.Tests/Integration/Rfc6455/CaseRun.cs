using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>A case under way: the client under test, and a neighbour on the same channel that must notice nothing but messages.</summary>
internal sealed class CaseRun : IAsyncDisposable
{
    private const string Ping = """{"event":"pusher:ping"}""";
    private const string Pong = """{"event":"pusher:pong"}""";

    private readonly RawWebSocket _client;
    private readonly RawWebSocket _neighbour;

    private CaseRun(RawWebSocket client, RawWebSocket neighbour)
    {
        _client = client;
        _neighbour = neighbour;
    }

    /// <summary>Two sockets on the case's channel, run to the case's end.</summary>
    public static async Task ExecuteAsync(SockudoServer server, TestApp app, ConformanceCase @case)
    {
        var neighbour = await JoinAsync(server, app, @case.Channel);
        await using var run = new CaseRun(await JoinAsync(server, app, @case.Channel), neighbour);
        foreach (var step in @case.Steps) await step(run);
        await run.NeighbourIsUnharmedAsync();
    }

    public Task SendAsync(byte[] bytes) => _client.SendBytesAsync(bytes);

    /// <summary>The next frame at the client.</summary>
    public async Task<WebSocketFrame> ReadAsync() =>
        await _client.ReadFrameAsync() ?? throw new InvalidOperationException("The server has ended the connection without a close frame.");

    /// <summary>The next frame at the neighbour is this message.</summary>
    public async Task NeighbourGetsAsync(byte[] message)
    {
        var frame = await _neighbour.ReadFrameAsync() ?? throw new InvalidOperationException("The neighbour's connection has ended.");
        Assert.True(
            frame is { Opcode: FrameOpcode.Text, Fin: true } && frame.Payload.AsSpan().SequenceEqual(message),
            $"The neighbour got {frame.Opcode} of {frame.Payload.Length} bytes, not the text of {message.Length} that was sent.");
    }

    /// <summary>The client is answered, and by nothing else before.</summary>
    public async Task IsOpenAsync()
    {
        await _client.SendTextAsync(Ping);
        Assert.Equal(Pong, (await ReadAsync()).Text);
    }

    /// <summary>The next frame is a close with this code, and behind it the server ends TCP with a FIN.</summary>
    public async Task IsClosedAsync(int code)
    {
        var frame = await ReadAsync();
        Assert.Equal((FrameOpcode.Close, code), (frame.Opcode, frame.CloseCode));
        Assert.Null(await _client.ReadFrameAsync());
        Assert.False(_client.WasReset, "the connection was reset");
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _neighbour.DisposeAsync();
    }

    private async Task NeighbourIsUnharmedAsync()
    {
        await _neighbour.SendTextAsync(Ping);
        var frame = await _neighbour.ReadFrameAsync();
        Assert.Equal(Pong, frame?.Text);
    }

    private static async Task<RawWebSocket> JoinAsync(SockudoServer server, TestApp app, string channel)
    {
        var socket = await RawWebSocket.OpenAsync(server.HttpUri, $"/app/{app.Key}?protocol=7");
        var greeting = new PusherEvent((await socket.ReadFrameAsync())!.Text);
        var auth = PusherAuth.Channel(app, greeting.DataJson!["socket_id"]!.GetValue<string>(), channel, null);
        await socket.SendAsync(FrameOpcode.Text, Encoding.UTF8.GetBytes(
            $$$"""{"event":"pusher:subscribe","data":{"channel":"{{{channel}}}","auth":"{{{auth}}}"}}"""));
        Assert.Contains("subscription_succeeded", (await socket.ReadFrameAsync())!.Text, StringComparison.Ordinal);
        return socket;
    }
}

using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>How a client moved: the code it was closed with and the moments of its reconnect.</summary>
internal sealed record Move(int Code, long Begun, long Established);

/// <summary>
/// A bare client with the rule of pusher-js (<c>protocol.ts</c>, <c>getCloseAction</c>): closed with 4200 to 4299 it reconnects at once,
/// with 4100 to 4199 or without a code after a second, with 4000 to 4099 never.
/// </summary>
internal sealed class ReconnectingClient : IAsyncDisposable
{
    private readonly string _target;
    private readonly Uri _next;
    private RawWebSocket _socket;

    private ReconnectingClient(RawWebSocket socket, Uri next, string target)
    {
        _socket = socket;
        _next = next;
        _target = target;
        Moved = MoveAsync();
    }

    /// <summary>Completes when it is connected to the next server.</summary>
    public Task<Move> Moved { get; }

    public static async Task<ReconnectingClient> ConnectAsync(Uri first, Uri next, TestApp app)
    {
        var target = $"/app/{app.Key}?protocol=7&client=js&version=8.4.0&flash=false";
        return new ReconnectingClient(await OpenAsync(first, target), next, target);
    }

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private static async Task<RawWebSocket> OpenAsync(Uri server, string target)
    {
        var socket = await RawWebSocket.OpenAsync(server, target);
        if (socket.Response.Status != 101) throw new InvalidOperationException($"The upgrade was answered: {socket.Response.StatusLine}");
        await socket.ReadFrameAsync();
        return socket;
    }

    private async Task<Move> MoveAsync()
    {
        var code = 1006;
        while (await _socket.ReadFrameAsync(Timeout.InfiniteTimeSpan) is { } frame)
        {
            if (frame.Opcode == FrameOpcode.Ping) await _socket.SendAsync(FrameOpcode.Pong, frame.Payload);
            if (frame.Opcode != FrameOpcode.Close) continue;
            code = frame.CloseCode;
            await _socket.SendAsync(FrameOpcode.Close, frame.Payload);
            break;
        }

        await _socket.DisposeAsync();
        if (code is >= 4000 and < 4100) throw new InvalidOperationException($"Closed with {code}: pusher-js stays away.");
        if (code is < 4200 or > 4299)
        {
            using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
            await second.WaitForNextTickAsync();
        }

        var begun = TimeProvider.System.GetTimestamp();
        _socket = await OpenAsync(_next, _target);
        return new Move(code, begun, TimeProvider.System.GetTimestamp());
    }
}

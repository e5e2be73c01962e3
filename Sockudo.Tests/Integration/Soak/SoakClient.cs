using System.Net.Sockets;
using System.Text;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Integration.Soak;

/// <summary>One socket of the soak: it subscribes to a few channels, says something now and then, and dies.</summary>
internal sealed class SoakClient : IAsyncDisposable
{
    public const string Flood = "flood";
    private const int Channels = 60;

    private readonly RawWebSocket _socket;
    private readonly string _room;
    private readonly byte[] _scratch = new byte[16 * 1024];

    private SoakClient(RawWebSocket socket, string room)
    {
        _socket = socket;
        _room = room;
    }

    /// <summary>Connects and subscribes; one that never reads has a small window and the busiest channel.</summary>
    public static async Task<SoakClient> OpenAsync(SockudoServer server, TestApp app, Random random, bool neverReads)
    {
        var socket = await RawWebSocket.OpenAsync(
            server.HttpUri, $"/app/{app.Key}?protocol=7", configure: neverReads ? static socket => socket.ReceiveBufferSize = 4096 : null);
        try
        {
            if (socket.Response.Status != 101 || await socket.ReadFrameAsync() is not { } greeting) throw new IOException("not greeted");
            var id = new PusherEvent(greeting.Text).DataJson!["socket_id"]!.GetValue<string>();
            var room = $"private-room-{random.Next(Channels)}";
            var frames = new List<byte>();
            if (neverReads) frames.AddRange(Subscribe(Flood, null, null));
            frames.AddRange(Subscribe($"news-{random.Next(Channels)}", null, null));
            frames.AddRange(Subscribe(room, PusherAuth.Channel(app, id, room, null), null));
            var lobby = $"presence-lobby-{random.Next(Channels)}";
            var member = $$"""{"user_id":"{{random.Next(500)}}"}""";
            frames.AddRange(Subscribe(lobby, PusherAuth.Channel(app, id, lobby, member), member));
            await socket.SendBytesAsync([.. frames]);
            return new SoakClient(socket, room);
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says something, and reads what has come unless it never reads.</summary>
    public async Task ActAsync(Random random, bool reads)
    {
        if (reads)
            while (_socket.Socket.Available > 0 && _socket.Socket.Receive(_scratch) > 0)
            {
                // What came is of no interest; that it is taken is.
            }

        await _socket.SendTextAsync(random.Next(3) switch
        {
            0 => """{"event":"pusher:ping"}""",
            1 => $$$"""{"event":"client-typing","channel":"{{{_room}}}","data":{"n":{{{random.Next()}}}}}""",
            _ => $$$"""{"event":"pusher:subscribe","data":{"channel":"news-{{{random.Next(Channels)}}}"}}""",
        });
    }

    /// <summary>Dies. True when the connection was left open for the server to notice.</summary>
    public async Task<bool> DieAsync(Death death)
    {
        var half = new WebSocketFrame(FrameOpcode.Text, new byte[300], Masked: true).ToBytes()[..100];
        switch (death)
        {
            case Death.Close:
                await _socket.SendCloseAsync(1000);
                while (await _socket.ReadFrameAsync(TimeSpan.FromSeconds(10)) is { Opcode: not FrameOpcode.Close })
                {
                    // Events that were sent before.
                }

                break;
            case Death.CloseAndGo:
                await _socket.SendCloseAsync(1001);
                break;
            case Death.EndInsideFrame:
                await _socket.SendBytesAsync(half);
                break;
            case Death.Reset or Death.ResetInsideFrame:
                if (death == Death.ResetInsideFrame) await _socket.SendBytesAsync(half);
                _socket.Reset();
                break;
            case Death.BrokenFrame:
                await _socket.SendBytesAsync([0xFF, 0x00, 0x00]);
                break;
            case Death.SilentInsideFrame:
                await _socket.SendBytesAsync(half);
                return true;
            case Death.Silent:
                return true;
            case Death.HalfClosed:
                _socket.Socket.Shutdown(SocketShutdown.Send);
                return true;
        }

        await DisposeAsync();
        return false;
    }

    /// <summary>Whether the server has ended the connection. Takes what it had sent before.</summary>
    public bool HasEnded()
    {
        try
        {
            while (_socket.Socket.Poll(TimeSpan.Zero, SelectMode.SelectRead))
            {
                if (_socket.Socket.Receive(_scratch) == 0) return true;
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public ValueTask DisposeAsync() => _socket.DisposeAsync();

    private static byte[] Subscribe(string channel, string? auth, string? channelData)
    {
        var data = channelData is null ? "" : $",\"channel_data\":{System.Text.Json.JsonSerializer.Serialize(channelData)}";
        var signed = auth is null ? "" : $",\"auth\":\"{auth}\"";
        var text = $"{{\"event\":\"pusher:subscribe\",\"data\":{{\"channel\":\"{channel}\"{signed}{data}}}}}";
        return new WebSocketFrame(FrameOpcode.Text, Encoding.UTF8.GetBytes(text), Masked: true).ToBytes();
    }
}

using System.Net.Sockets;
using System.Text;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>The end of TCP behind a close frame (RFC 6455 §7.1.1).</summary>
public sealed class ClosingHandshakeTests(SharedServer shared, ITestOutputHelper output) : ServerTest(shared, output)
{
    [Fact]
    public async Task What_is_sent_behind_the_servers_end_is_taken_and_not_reset()
    {
        var socket = (await OpenAsync()).Socket;

        // Without waiting for the thread pool: the server reads on for a second only.
        socket.Send(new WebSocketFrame(FrameOpcode.Close, [3, 0xE8], Masked: true).ToBytes());
        var received = new byte[64];
        var length = 0;
        while (socket.Receive(received, length, received.Length - length, SocketFlags.None) is > 0 and var more) length += more;
        for (var i = 0; i < 5; i++) socket.Send(new byte[8 * 1024]);

        Assert.Equal("880203E8", Convert.ToHexString(received, 0, length));
        Assert.False(socket.Poll(0, SelectMode.SelectError));
    }

    [Fact]
    public async Task Bytes_sent_behind_a_broken_frame_do_not_take_the_close_frame_away()
    {
        var socket = await OpenAsync();
        await socket.SendAsync(new WebSocketFrame(FrameOpcode.Text, "x"u8.ToArray(), Masked: false));
        for (var i = 0; i < 20; i++) await socket.SendAsync(FrameOpcode.Text, new byte[8 * 1024]);

        Assert.Equal(1002, (await socket.ReadFrameAsync())!.CloseCode);
        Assert.Null(await socket.ReadFrameAsync());
        Assert.False(socket.WasReset);
    }

    [Fact]
    public async Task The_server_ends_its_side_first_and_waits_a_second_for_the_peers()
    {
        var socket = await OpenAsync();
        await socket.SendCloseAsync(1000);
        await socket.ReadFrameAsync();
        Assert.Null(await socket.ReadFrameAsync());

        // The server's socket is gone when what is sent to it is answered by a reset.
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await socket.Socket.SendAsync("x"u8.ToArray());
                    return false;
                }
                catch (SocketException)
                {
                    return true;
                }
            },
            "the end of a socket whose peer does not end its side");
    }

    [Fact]
    public async Task A_close_by_the_server_ends_with_a_FIN_when_the_peer_has_answered()
    {
        var socket = Own(await RawWebSocket.OpenAsync(Server.HttpUri, "/app/nobody?protocol=7"));
        Assert.Contains("4001", (await socket.ReadFrameAsync())!.Text, StringComparison.Ordinal);
        var close = (await socket.ReadFrameAsync())!;
        await socket.SendBytesAsync([.. new WebSocketFrame(FrameOpcode.Close, close.Payload, Masked: true).ToBytes(), .. Encoding.ASCII.GetBytes("and more")]);

        Assert.Null(await socket.ReadFrameAsync());
        Assert.False(socket.WasReset);
    }

    private async Task<RawWebSocket> OpenAsync()
    {
        var socket = Own(await RawWebSocket.OpenAsync(Server.HttpUri, $"/app/{TestApps.Demo.Key}?protocol=7"));
        await socket.ReadFrameAsync();
        return socket;
    }
}

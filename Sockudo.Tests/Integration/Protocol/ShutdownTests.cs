using System.Net.Sockets;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Integration.Protocol;

/// <summary>What clients see when the server stops.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task On_SIGTERM_every_client_gets_4200()
    {
        await using var server = await SockudoServer.StartAsync();
        var connections = new List<PusherConnection>();
        for (var i = 0; i < 20; i++)
            connections.Add(await server.ConnectAsync(TestApps.Demo));
        server.Signal(ProcessSignal.Terminate);
        foreach (var connection in connections)
        {
            Assert.Equal(4200, (await connection.WaitForAsync("pusher:error")).ErrorCode);
            Assert.Equal(4200, (await connection.ClosedAsync()).Code);
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task Exactly_one_close_frame_is_sent()
    {
        await using var server = await SockudoServer.StartAsync();
        await using var socket = await RawWebSocket.OpenAsync(server.HttpUri, $"/app/{TestApps.Demo.Key}");
        await socket.ReadFrameAsync();
        server.Signal(ProcessSignal.Terminate);
        var frames = new List<WebSocketFrame>();
        while (await socket.ReadFrameAsync() is { } frame)
        {
            frames.Add(frame);
            if (frame.Opcode == FrameOpcode.Close)
                await socket.SendAsync(FrameOpcode.Close, frame.Payload);
        }

        Assert.Equal(4200, Assert.Single(frames, frame => frame.Opcode == FrameOpcode.Close).CloseCode);
    }

    [Fact]
    public async Task The_exit_code_is_zero()
    {
        await using var server = await SockudoServer.StartAsync();
        await using var connection = await server.ConnectAsync(TestApps.Demo);
        server.Signal(ProcessSignal.Terminate);
        Assert.Equal(0, await server.Exited.WithinAsync("the server's end"));
    }

    [Fact]
    public async Task A_client_that_never_reads_does_not_keep_the_server_from_stopping()
    {
        await using var server = await SockudoServer.StartAsync();
        await using var mute = await RawWebSocket.OpenAsync(server.HttpUri, $"/app/{TestApps.Demo.Key}");
        server.Signal(ProcessSignal.Terminate);
        await server.Exited.WithinAsync("the server's end");
    }

    [Fact]
    public async Task After_the_end_the_port_is_free()
    {
        await using var server = await SockudoServer.StartAsync();
        await server.StopAsync();
        await Assert.ThrowsAsync<SocketException>(() => RawWebSocket.ConnectTcpAsync(server.HttpUri));
    }
}

using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Connections;

public sealed class ConnectionTests
{
    private static readonly PusherError Reason = new(ErrorCode.Reconnect, "bye");

    [Fact]
    public void A_close_tells_why_and_closes_with_the_same_code()
    {
        using var node = new Node();
        var client = node.Create();
        client.Connection.Close(Reason);

        Assert.Equal("""{"event":"pusher:error","data":{"code":4200,"message":"bye"}}""", Assert.Single(client.News));
        Assert.Equal((4200, "bye"), (client.CloseFrame!.CloseCode, client.CloseFrame.CloseReason));
    }

    [Fact]
    public void The_first_close_wins()
    {
        using var node = new Node();
        var client = node.Create();
        client.Connection.Close(Reason);
        client.Connection.Close(new PusherError(ErrorCode.Unauthorized, "too late"));
        client.Connection.CloseTransport(CloseStatus.Normal, "");

        Assert.Equal(2, client.Frames.Count);
    }

    [Fact]
    public void A_close_wakes_the_loop_once()
    {
        using var node = new Node();
        var connection = node.Create().Connection;
        var wakes = 0;
        connection.WakeLoop = () => wakes++;
        connection.Close(Reason);
        connection.Close(Reason);

        Assert.Equal((1, true), (wakes, connection.IsClosing));
    }

    [Fact]
    public void A_lost_transport_wakes_the_loop()
    {
        using var node = new Node();
        var connection = node.Create().Connection;
        var wakes = 0;
        connection.WakeLoop = () => wakes++;
        connection.Abort();

        Assert.Equal((1, true), (wakes, connection.IsClosing));
    }

    [Fact]
    public void Nothing_is_sent_after_the_close()
    {
        using var node = new Node();
        var client = node.Create();
        client.Connection.Close(Reason);
        client.Connection.Send(PusherWriter.Ping);

        Assert.Equal(Opcode.Close, client.Frames[^1].Opcode);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_closed_with_4100_and_counted()
    {
        using var node = new Node(webSocket: new WebSocketOptions { MaxMessages = 10 });
        var client = Parked(node.Create());
        for (var i = 0; i < 15; i++) client.Connection.Send(PusherWriter.Ping);
        client.Sink.Release();
        await client.Connection.Output.WhenClosedAsync().DeadlineAsync();

        Assert.Equal(4100, TestClient.Parse(client.News.Last()).GetProperty("data").GetProperty("code").GetInt32());
        Assert.Equal(4100, client.CloseFrame!.CloseCode);
        Assert.Equal((1, 11), (client.Connection.Metrics.SlowConsumersClosed, client.Connection.Metrics.FramesDropped));
    }

    [Fact]
    public async Task A_client_that_does_not_read_misses_frames_when_so_configured()
    {
        using var node = new Node(webSocket: new WebSocketOptions { MaxMessages = 10, DisconnectOnBufferFull = false });
        var client = Parked(node.Create());
        for (var i = 0; i < 15; i++) client.Connection.Send(PusherWriter.Ping);
        client.Connection.Close(new PusherError(ErrorCode.Reconnect, "end of the test"));
        client.Sink.Release();
        await client.Connection.Output.WhenClosedAsync().DeadlineAsync();

        Assert.Equal(10, client.News.Count(static text => text.Contains("pusher:ping", StringComparison.Ordinal)));
        Assert.Equal((0, 5), (client.Connection.Metrics.SlowConsumersClosed, client.Connection.Metrics.FramesDropped));
    }

    [Fact]
    public async Task A_parked_slow_consumer_gets_its_frame_in_progress_then_4100()
    {
        using var node = new Node(webSocket: new WebSocketOptions { MaxMessages = 3 });
        var client = node.Create();
        client.Sink.Room = static _ => 5;
        client.Sink.Hold();
        client.Connection.Send(PusherWriter.Pong);
        client.Connection.Output.Flush(new byte[1000]);
        for (var i = 0; i < 10; i++) client.Connection.Send(PusherWriter.Ping);
        client.Sink.Release();
        await client.Connection.Output.WhenClosedAsync().DeadlineAsync();

        Assert.Equal(["pusher:pong", "pusher:error"], client.NewEvents);
        Assert.Equal(4100, client.CloseFrame!.CloseCode);
    }

    [Theory]
    [InlineData(null, 1_000_000, 1_000_000)]
    [InlineData(500, 1_000_000, 500)]
    [InlineData(5_000_000, 1_000_000, 1_000_000)]
    public void The_smaller_byte_limit_counts(int? maxBytes, int maxBackpressure, int expected) =>
        Assert.Equal(expected, new WebSocketOptions { MaxBytes = maxBytes, MaxBackpressure = maxBackpressure }.EffectiveMaxQueuedBytes);

    [Fact]
    public void What_was_sent_is_counted_for_the_app()
    {
        using var node = new Node();
        var client = node.Create();
        client.Connection.Send(PusherWriter.Ping);
        _ = client.Frames;

        Assert.Equal((1, PusherWriter.Ping.Length), (client.Connection.Metrics.MessagesSent, client.Connection.Metrics.SocketBytesSent));
    }

    // Its socket has taken nothing since a first frame.
    private static TestClient Parked(TestClient client)
    {
        client.Sink.Room = static _ => 0;
        client.Sink.Hold();
        client.Connection.Send(PusherWriter.Pong);
        client.Connection.Output.Flush(new byte[1000]);
        return client;
    }
}

using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>The closing handshake, whoever begins it (RFC 6455 §7).</summary>
public sealed class ConnectionClosingTests : IDisposable
{
    private static readonly PusherError Reason = new(ErrorCode.Reconnect, "bye");

    private readonly Gate _gate = new(webSocket: new WebSocketOptions { MaxPayloadKb = 16 });

    public void Dispose() => _gate.Dispose();

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(4321)]
    public async Task A_close_frame_is_answered_with_its_code_once_and_ends_the_loop(int code)
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(Wire.ClientClose((ushort)code, "done"));
        await client.Ended.DeadlineAsync();

        Assert.Equal(code, Assert.Single(client.CloseFrames).CloseCode);
        Assert.Equal(0, _gate.Node.Connections.Count);
    }

    [Fact]
    public async Task A_close_frame_without_a_code_is_answered_with_1000()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(Wire.Client(Opcode.Close, []));
        await client.Ended.DeadlineAsync();

        Assert.Equal(1000, Assert.Single(client.CloseFrames).CloseCode);
    }

    [Fact]
    public async Task What_stands_behind_a_close_frame_is_not_looked_at()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(Wire.ClientClose(1000), Wire.Client("""{"event":"pusher:subscribe","data":{"channel":"news"}}"""), Wire.ClientClose(1001));
        await client.Ended.DeadlineAsync();

        Assert.Single(client.Texts);
        Assert.Equal(1000, Assert.Single(client.CloseFrames).CloseCode);
    }

    [Theory]
    [InlineData("an unmasked frame", 1002)]
    [InlineData("text that is not UTF-8", 1007)]
    [InlineData("a message that is too big", 1009)]
    public async Task Broken_framing_is_told_once_and_the_rest_is_discarded(string defect, int code)
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(defect switch
        {
            "an unmasked frame" => Wire.Client(Opcode.Text, "x"u8, masked: false),
            "text that is not UTF-8" => Wire.Client(Opcode.Text, [0xFF]),
            _ => Wire.Client(Opcode.Text, new byte[16 * 1024 + 1]),
        });
        await client.GotAsync(Opcode.Close);
        await client.SayAsync("""{"event":"pusher:ping"}""");
        Assert.False(client.Ended.IsCompleted);
        await client.GoAsync();
        await client.Ended.DeadlineAsync();

        Assert.Equal(code, Assert.Single(client.CloseFrames).CloseCode);
        Assert.Single(client.Texts);
    }

    [Fact]
    public async Task A_server_close_waits_for_the_peers_answer()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        client.Connection.Close(Reason);
        await client.GotAsync(Opcode.Close);
        await Until(() => _gate.Node.Connections.Count == 0);
        Assert.False(client.Ended.IsCompleted);
        await client.SayAsync(Wire.ClientClose(4200));

        await client.Ended.DeadlineAsync();
        Assert.Equal(4200, Assert.Single(client.CloseFrames).CloseCode);
    }

    [Fact]
    public async Task What_comes_while_the_server_closes_is_not_handled()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        client.Connection.Close(Reason);
        await client.SayAsync(Wire.Client("""{"event":"pusher:subscribe","data":{"channel":"news"}}"""), Wire.Client(Opcode.Ping, []), Wire.ClientClose(1000));
        await client.Ended.DeadlineAsync();

        Assert.Equal(2, client.Texts.Length);
        Assert.DoesNotContain(client.Frames, static frame => frame.Opcode == Opcode.Pong);
        Assert.Empty(_gate.Node.Channels.All);
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_the_close_is_left_after_the_timeout()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        client.Connection.Close(Reason);
        await client.GotAsync(Opcode.Close);

        await ElapseUntilAsync(client.Ended);
        Assert.False(client.Sink.IsAborted);
    }

    [Fact]
    public async Task A_peer_that_neither_reads_is_reset_after_the_timeout()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        client.Sink.Hold();
        client.Sink.Room = static _ => 3;
        client.Connection.Close(Reason);
        await client.Sink.UntilAsync(static sink => sink.WaitingWrites == 1);

        await ElapseUntilAsync(client.Ended);
        Assert.True(client.Sink.IsAborted);
    }

    [Fact]
    public async Task Closes_that_cross_are_one_close()
    {
        for (var i = 0; i < 200; i++)
        {
            var client = await new LoopClient(_gate).GreetedAsync();
            var server = Task.Run(() => client.Connection.Close(Reason), TestContext.Current.CancellationToken);
            await client.SayAsync(Wire.ClientClose(1000));
            await server;
            await client.Ended.DeadlineAsync();

            Assert.Single(client.CloseFrames);
        }
    }

    [Fact]
    public async Task A_socket_above_the_limit_is_told_and_waited_for()
    {
        var app = TestApps.Default with { MaxConnections = 1 };
        await new LoopClient(_gate, app).GreetedAsync();
        var refused = new LoopClient(_gate, app);
        await refused.GotAsync(Opcode.Close);
        await refused.SayAsync(Wire.ClientClose(4004));
        await refused.Ended.DeadlineAsync();

        Assert.Equal(4004, Assert.Single(refused.CloseFrames).CloseCode);
        Assert.Equal(1, _gate.Node.Connections.Count);
    }

    [Fact]
    public async Task A_socket_that_comes_behind_the_drain_is_sent_away()
    {
        _gate.State.BeginDraining();
        var client = new LoopClient(_gate);
        await client.GotAsync(Opcode.Close);

        Assert.Equal(4200, Assert.Single(client.CloseFrames).CloseCode);
    }

    private async Task ElapseUntilAsync(Task ended)
    {
        // The timeout begins on another thread; time goes on until it has run out.
        var until = DateTime.UtcNow + Within.Deadline;
        while (!ended.IsCompleted && DateTime.UtcNow < until)
        {
            _gate.Node.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ended, Task.Run(static () => Thread.Yield(), TestContext.Current.CancellationToken));
        }

        await ended.DeadlineAsync();
    }

    private static Task Until(Func<bool> condition)
    {
        Assert.True(SpinWait.SpinUntil(condition, Within.Deadline));
        return Task.CompletedTask;
    }
}

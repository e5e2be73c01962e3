using System.IO.Pipelines;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

public sealed class ConnectionLoopTests : IDisposable
{
    private static readonly PusherError Reason = new(ErrorCode.Reconnect, "bye");

    private readonly Gate _gate = new(webSocket: new WebSocketOptions { MaxPayloadKb = 16 });

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task A_socket_is_greeted_and_served()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync("""{"event":"pusher:ping"}""");

        await client.GotAsync("pusher:pong");
    }

    [Theory]
    [InlineData("")]
    [InlineData("are you there")]
    public async Task A_native_ping_is_answered_with_its_payload(string payload)
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.SayAsync(Wire.Client(Opcode.Ping, System.Text.Encoding.UTF8.GetBytes(payload)));
        await client.GotAsync(Opcode.Pong);

        Assert.Equal(payload, client.Frames[^1].Text);
    }

    [Fact]
    public async Task A_message_larger_than_the_pipes_room_arrives()
    {
        var client = await new LoopClient(_gate, pipe: new PipeOptions(pauseWriterThreshold: 512, resumeWriterThreshold: 256, useSynchronizationContext: false)).GreetedAsync();
        await client.SayAsync($$"""{"event":"pusher:ping","data":"{{new string('x', 10_000)}}"}""").DeadlineAsync();

        await client.GotAsync("pusher:pong");
    }

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
    public async Task A_peer_that_ends_its_stream_is_gone_and_told_nothing()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.GoAsync();
        await client.Ended.DeadlineAsync();

        Assert.Empty(client.CloseFrames);
        Assert.Equal(0, _gate.Node.Connections.Count);
    }

    [Fact]
    public async Task A_reset_is_no_exception()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        await client.GoAsync(new IOException("connection reset by peer"));

        await client.Ended.DeadlineAsync();
        Assert.True(client.Connection.IsClosing);
    }

    [Fact]
    public async Task A_peer_that_goes_while_the_server_writes_is_cut_off_before_the_loop_returns()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        client.Sink.Hold();
        client.Sink.Room = static _ => 0;
        client.Connection.Send(PusherWriter.Ping);
        await client.Sink.UntilAsync(static sink => sink.WaitingWrites == 1);
        await client.GoAsync();
        await client.Ended.DeadlineAsync();

        Assert.True(client.Sink.IsAborted && client.Connection.Output.WhenClosedAsync().IsCompleted);
    }

    [Fact]
    public async Task A_dead_output_ends_a_silent_connection()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        client.Sink.Room = static _ => -1;
        client.Connection.Send(PusherWriter.Ping);

        await client.Ended.DeadlineAsync();
        Assert.Equal(0, _gate.Node.Connections.Count);
    }

    [Fact]
    public async Task A_read_that_is_cancelled_for_nothing_goes_on()
    {
        var client = await new LoopClient(_gate).GreetedAsync();
        for (var i = 0; i < 100; i++) client.Input.CancelPendingRead();
        await client.SayAsync("""{"event":"pusher:ping"}""");

        await client.GotAsync("pusher:pong");
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

    [Fact]
    public async Task However_a_socket_ends_its_effects_come_once()
    {
        var watcher = _gate.Node.Connect().Join("presence-room", "watcher").Quietly();
        for (var i = 0; i < 100; i++)
        {
            var client = await new LoopClient(_gate).GreetedAsync();
            const string ChannelData = """{"user_id":"7"}""";
            var auth = TestApps.Auth(TestApps.Default, $"{client.Connection.Id}:presence-room:{ChannelData}");
            await client.SayAsync(System.Text.Json.JsonSerializer.Serialize(new { @event = "pusher:subscribe", data = new { channel = "presence-room", auth, channel_data = ChannelData } }));
            await client.GotAsync("subscription_succeeded");
            var server = Task.Run(() => client.Connection.Close(Reason), TestContext.Current.CancellationToken);
            var output = Task.Run(
                () =>
                {
                    if (i % 2 == 0) client.Connection.Abort();
                },
                TestContext.Current.CancellationToken);
            if (i % 3 == 0) await client.SayAsync(Wire.ClientClose(1000));
            await client.GoAsync();
            await Task.WhenAll(server, output, client.Ended).DeadlineAsync();

            Assert.Equal(["pusher_internal:member_added", "pusher_internal:member_removed"], watcher.NewEvents);
        }

        var metrics = _gate.Node.Metrics.ForApp(TestApps.Default.Id);
        Assert.Equal(101, metrics.ConnectionsOpened);
        Assert.Equal(100, metrics.ConnectionsClosed);
    }

    [Fact]
    public async Task A_slow_consumer_is_let_go_outside_of_the_channels_turn_even_with_an_inline_pipe()
    {
        using var gate = new Gate(webSocket: new WebSocketOptions { MaxMessages = 20 });
        var inline = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);
        var clients = new List<LoopClient>();
        for (var i = 0; i < 10; i++)
        {
            var client = await new LoopClient(gate, pipe: inline).GreetedAsync();
            clients.Add(client);
            await client.SayAsync("""{"event":"pusher:subscribe","data":{"channel":"news"}}""");
            await client.GotAsync("subscription_succeeded");
            if (i % 2 != 0) continue;
            client.Sink.Hold();
            client.Sink.Room = static _ => 0;
        }

        for (var i = 0; i < 100; i++)
        {
            gate.Node.Publish("news", "n", $"{i}");
            await clients[1].GotAsync($"\"data\":\"{i}\"");
        }

        await Until(() => gate.Node.Connections.Count == 5);
        foreach (var quick in clients.Where(static (_, i) => i % 2 == 1))
        {
            await quick.GotAsync("\"data\":\"99\"");
            Assert.Equal(Enumerable.Range(0, 100).Select(static i => $"{i}"), quick.Texts.Skip(2).Select(static text => TestClient.Parse(text).GetProperty("data").GetString()));
        }

        Assert.Equal(5, gate.Node.Adapter.Occupancy(TestApps.Default, "news").SubscriptionCount);
        foreach (var slow in clients.Where(static (_, i) => i % 2 == 0))
        {
            slow.Sink.Release();
            await slow.GotAsync(Opcode.Close);
            Assert.Equal(4100, Assert.Single(slow.CloseFrames).CloseCode);
        }
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

using System.IO.Pipelines;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>A socket that is served, and its end without a closing handshake.</summary>
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

    private static Task Until(Func<bool> condition)
    {
        Assert.True(SpinWait.SpinUntil(condition, Within.Deadline));
        return Task.CompletedTask;
    }
}

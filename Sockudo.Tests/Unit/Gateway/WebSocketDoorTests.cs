using System.Buffers;
using System.Text;
using Sockudo.Server.Gateway;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>Which connections the door takes, and what becomes of the others.</summary>
public sealed class WebSocketDoorTests : DoorScene
{
    private const string Http = "GET /apps/1/channels?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private const string PlainGet = "GET /app/shop-key HTTP/1.1\r\nHost: localhost\r\n\r\n";

    [Fact]
    public async Task A_handshake_is_answered_and_the_socket_greeted()
    {
        var (served, _) = Serve();
        await Context.SayAsync(Handshake());
        var (head, frames) = Split(await Context.GotAsync(static bytes => Split(bytes).Frames.Count == 1));

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("connection_established", frames[0].Text, StringComparison.Ordinal);
        await Context.GoAsync();
        await served.DeadlineAsync();
    }

    [Fact]
    public async Task Frames_behind_the_handshake_in_one_packet_are_not_lost()
    {
        Serve();
        await Context.SayAsync([.. Encoding.ASCII.GetBytes(Handshake()), .. Wire.Client("""{"event":"pusher:ping"}"""), .. Wire.Client(Opcode.Ping, "x"u8)]);
        var (_, frames) = Split(await Context.GotAsync(static bytes => Split(bytes).Frames.Count == 3));

        Assert.Contains("pusher:pong", frames[1].Text, StringComparison.Ordinal);
        Assert.Equal((Opcode.Pong, "x"), (frames[2].Opcode, frames[2].Text));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public async Task A_handshake_may_come_in_pieces(int size)
    {
        Serve();
        foreach (var piece in Handshake().Chunk(size)) await Context.SayAsync(new string(piece));

        await Context.GotAsync(static bytes => Split(bytes).Frames.Count == 1);
    }

    [Theory]
    [InlineData(Http)]
    [InlineData(PlainGet)]
    [InlineData("POST /apps/1/events HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("GET /app/k HTTP/1.1\r\nHost: h\r\nUpgrade : websocket\r\n\r\n")]
    [InlineData("not HTTP at all")]
    public async Task Anything_else_is_passed_on_untouched_however_it_is_cut(string request)
    {
        for (var cut = 0; cut <= request.Length; cut += request.Length > 40 && cut > 20 ? 7 : 1)
        {
            var context = new DoorContext();
            var (served, passedOn) = Serve(context);
            await context.SayAsync(request[..cut]);
            await context.SayAsync(request[cut..]);
            await context.GoAsync();
            await served.DeadlineAsync();

            Assert.True(request == await passedOn.DeadlineAsync(), $"cut at {cut}");
        }
    }

    [Theory]
    [InlineData(Http)]
    [InlineData(PlainGet)]
    public async Task HTTP_gets_the_bytes_at_once_and_not_with_the_next_packet(string request)
    {
        var seen = new TaskCompletionSource<string>();
        _ = Gate.Door.OnConnectionAsync(Context, async context =>
        {
            var result = await context.Transport.Input.ReadAsync();
            seen.SetResult(Encoding.Latin1.GetString(result.Buffer.ToArray()));
        });
        await Context.SayAsync(request[..8]);
        await Context.SayAsync(request[8..]);

        Assert.Equal(request, await seen.Task.DeadlineAsync());
    }

    [Fact]
    public async Task A_connection_that_says_nothing_ends_with_it()
    {
        var (served, passedOn) = Serve();
        await Context.GoAsync();
        await served.DeadlineAsync();

        Assert.False(passedOn.IsCompleted);
    }

    [Fact]
    public async Task A_connection_without_a_head_is_cut_off_at_the_deadline()
    {
        var (served, _) = Serve();
        await Context.SayAsync("GET /app/");
        Gate.Node.Time.Advance(TimeSpan.FromSeconds(10));
        Gate.Sweep.Sweep();
        Assert.False(Context.IsAborted);
        Gate.Node.Time.Advance(TimeSpan.FromSeconds(1));
        Gate.Sweep.Sweep();

        Assert.True(Context.IsAborted);
        await served.DeadlineAsync();
    }

    [Fact]
    public async Task An_open_socket_is_under_no_handshake_deadline()
    {
        Serve();
        await Context.SayAsync(Handshake());
        await Context.GotAsync(static bytes => Split(bytes).Frames.Count == 1);
        Gate.Node.Time.Advance(TimeSpan.FromSeconds(60));
        Gate.Sweep.Sweep();

        Assert.False(Context.IsAborted);
    }

    [Fact]
    public async Task A_connection_that_waits_ends_when_the_listener_stops()
    {
        var (served, passedOn) = Serve();
        await Context.SayAsync("GET /app/");
        Context.RequestClose();

        await served.DeadlineAsync();
        Assert.False(passedOn.IsCompleted);
    }

    [Theory]
    [InlineData("/ws/app/shop-key", true)]
    [InlineData("/app/shop-key", false)]
    public async Task With_a_prefix_only_paths_below_it_are_taken(string path, bool isTaken)
    {
        using var gate = new Gate(new GatewayOptions { PathPrefix = "/ws" });
        var passedOn = false;
        var served = gate.Door.OnConnectionAsync(Context, _ =>
        {
            passedOn = true;
            return Task.CompletedTask;
        });
        await Context.SayAsync(Handshake(path));
        if (isTaken) await Context.GotAsync(static bytes => Split(bytes).Frames.Count == 1);
        await Context.GoAsync();
        await served.DeadlineAsync();

        Assert.Equal(!isTaken, passedOn);
    }
}

using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Sockudo.Server.Gateway;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

public sealed class WebSocketDoorTests : IDisposable
{
    private const string Http = "GET /apps/1/channels?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private const string PlainGet = "GET /app/shop-key HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private readonly Gate _gate = new();
    private readonly DoorContext _context = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task A_handshake_is_answered_and_the_socket_greeted()
    {
        var (served, _) = Serve();
        await _context.SayAsync(Handshake());
        var (head, frames) = Split(await _context.GotAsync(static bytes => Split(bytes).Frames.Count == 1));

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("connection_established", frames[0].Text, StringComparison.Ordinal);
        await _context.GoAsync();
        await served.DeadlineAsync();
    }

    [Fact]
    public async Task Frames_behind_the_handshake_in_one_packet_are_not_lost()
    {
        Serve();
        await _context.SayAsync([.. Encoding.ASCII.GetBytes(Handshake()), .. Wire.Client("""{"event":"pusher:ping"}"""), .. Wire.Client(Opcode.Ping, "x"u8)]);
        var (_, frames) = Split(await _context.GotAsync(static bytes => Split(bytes).Frames.Count == 3));

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
        foreach (var piece in Handshake().Chunk(size)) await _context.SayAsync(new string(piece));

        await _context.GotAsync(static bytes => Split(bytes).Frames.Count == 1);
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
        _ = _gate.Door.OnConnectionAsync(_context, async context =>
        {
            var result = await context.Transport.Input.ReadAsync();
            seen.SetResult(Encoding.Latin1.GetString(result.Buffer.ToArray()));
        });
        await _context.SayAsync(request[..8]);
        await _context.SayAsync(request[8..]);

        Assert.Equal(request, await seen.Task.DeadlineAsync());
    }

    [Fact]
    public async Task A_connection_that_says_nothing_ends_with_it()
    {
        var (served, passedOn) = Serve();
        await _context.GoAsync();
        await served.DeadlineAsync();

        Assert.False(passedOn.IsCompleted);
    }

    [Fact]
    public async Task A_defect_is_told_over_HTTP_in_JSON()
    {
        var (served, _) = Serve();
        await _context.SayAsync(Handshake().Replace("Version: 13", "Version: 8", StringComparison.Ordinal));
        await served.DeadlineAsync();
        var (head, body) = Response(await _context.GotAsync(static bytes => bytes.Length > 0));

        Assert.StartsWith("HTTP/1.1 426 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Version: 13", head, StringComparison.Ordinal);
        Assert.Equal("Sec-WebSocket-Version must be 13", TestClient.Parse(body).GetProperty("error").GetString());
    }

    [Theory]
    [InlineData(16 * 1024, "101")]
    [InlineData(16 * 1024 + 1, "431")]
    public async Task A_head_is_as_large_as_the_limit_at_most(int length, string status)
    {
        Serve();
        await _context.SayAsync(Handshake(padTo: length));

        Assert.StartsWith($"HTTP/1.1 {status} ", Encoding.Latin1.GetString(await _context.GotAsync(static bytes => bytes.Length > 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_without_an_end_is_refused_at_the_limit()
    {
        var (served, _) = Serve();
        await _context.SayAsync("GET /app/k HTTP/1.1\r\n");
        for (var i = 0; i < 40; i++) await _context.SayAsync($"X-Filler-{i}: {new string('x', 500)}\r\n");
        await served.DeadlineAsync();

        Assert.StartsWith("HTTP/1.1 431 ", Encoding.Latin1.GetString(await _context.GotAsync(static bytes => bytes.Length > 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_a_head_is_cut_off_at_the_deadline()
    {
        var (served, _) = Serve();
        await _context.SayAsync("GET /app/");
        _gate.Node.Time.Advance(TimeSpan.FromSeconds(10));
        _gate.Sweep.Sweep();
        Assert.False(_context.IsAborted);
        _gate.Node.Time.Advance(TimeSpan.FromSeconds(1));
        _gate.Sweep.Sweep();

        Assert.True(_context.IsAborted);
        await served.DeadlineAsync();
    }

    [Fact]
    public async Task An_open_socket_is_under_no_handshake_deadline()
    {
        Serve();
        await _context.SayAsync(Handshake());
        await _context.GotAsync(static bytes => Split(bytes).Frames.Count == 1);
        _gate.Node.Time.Advance(TimeSpan.FromSeconds(60));
        _gate.Sweep.Sweep();

        Assert.False(_context.IsAborted);
    }

    [Fact]
    public async Task A_connection_that_waits_ends_when_the_listener_stops()
    {
        var (served, passedOn) = Serve();
        await _context.SayAsync("GET /app/");
        _context.RequestClose();

        await served.DeadlineAsync();
        Assert.False(passedOn.IsCompleted);
    }

    [Theory]
    [InlineData("/app/none", 4001)]
    [InlineData("/app/shop-key?protocol=9", 4007)]
    [InlineData("/app/shop-key?protocol=x", 4006)]
    public async Task A_refused_client_is_accepted_told_and_closed_with_the_code(string target, int code)
    {
        var (served, _) = Serve();
        await _context.SayAsync(Handshake(target));
        var (head, frames) = Split(await _context.GotAsync(static bytes => Split(bytes).Frames.Count == 2));

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Equal(code, TestClient.Parse(frames[0].Text).GetProperty("data").GetProperty("code").GetInt32());
        Assert.Equal(code, frames[1].CloseCode);
        await _context.SayAsync(Wire.ClientClose((ushort)code));
        await served.DeadlineAsync();
    }

    [Fact]
    public async Task While_draining_new_sockets_are_refused_with_503()
    {
        _gate.State.BeginDraining();
        var (served, _) = Serve();
        await _context.SayAsync(Handshake());
        await served.DeadlineAsync();
        var (head, body) = Response(await _context.GotAsync(static bytes => bytes.Length > 0));

        Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal);
        Assert.Equal("the server is shutting down", TestClient.Parse(body).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Above_the_rate_limit_new_sockets_are_refused_with_429()
    {
        using var gate = new Gate(rateLimiter: new MemoryRateLimiter(0, TimeSpan.FromSeconds(60), TimeProvider.System));
        var served = gate.Door.OnConnectionAsync(_context, static _ => Task.CompletedTask);
        await _context.SayAsync(Handshake());
        await served.DeadlineAsync();
        var (head, _) = Response(await _context.GotAsync(static bytes => bytes.Length > 0));

        Assert.StartsWith("HTTP/1.1 429 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 60", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-RateLimit-Limit: 0\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_limiter_is_away_and_fails_closed_new_sockets_are_refused_with_503()
    {
        using var gate = new Gate(rateLimiter: new HeldLimiter(new RateLimitLease(Allowed: false, 20, 0, 1, IsUnavailable: true)));
        var served = gate.Door.OnConnectionAsync(_context, static _ => Task.CompletedTask);
        await _context.SayAsync(Handshake());
        await served.DeadlineAsync();
        var (head, _) = Response(await _context.GotAsync(static bytes => bytes.Length > 0));

        Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 1", head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-RateLimit", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limiter_that_answers_later_admits_the_socket_as_one_that_answers_at_once()
    {
        using var gate = new Gate(rateLimiter: new HeldLimiter(new RateLimitLease(Allowed: true, 20, 19, 60)));
        _ = gate.Door.OnConnectionAsync(_context, static _ => Task.CompletedTask);
        await _context.SayAsync(Handshake());
        var bytes = await _context.GotAsync(static bytes => Encoding.ASCII.GetString(bytes).Contains("connection_established", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 101 ", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/ws/app/shop-key", true)]
    [InlineData("/app/shop-key", false)]
    public async Task With_a_prefix_only_paths_below_it_are_taken(string path, bool isTaken)
    {
        using var gate = new Gate(new GatewayOptions { PathPrefix = "/ws" });
        var passedOn = false;
        var served = gate.Door.OnConnectionAsync(_context, _ =>
        {
            passedOn = true;
            return Task.CompletedTask;
        });
        await _context.SayAsync(Handshake(path));
        if (isTaken) await _context.GotAsync(static bytes => Split(bytes).Frames.Count == 1);
        await _context.GoAsync();
        await served.DeadlineAsync();

        Assert.Equal(!isTaken, passedOn);
    }

    private (Task Served, Task<string> PassedOn) Serve(DoorContext? context = null)
    {
        var passedOn = new TaskCompletionSource<string>();
        return (_gate.Door.OnConnectionAsync(context ?? _context, ReadAllAsync), passedOn.Task);

        async Task ReadAllAsync(ConnectionContext connection)
        {
            while (true)
            {
                var result = await connection.Transport.Input.ReadAsync();
                if (result.IsCompleted)
                {
                    passedOn.SetResult(Encoding.Latin1.GetString(result.Buffer.ToArray()));
                    return;
                }

                connection.Transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
    }

    private static string Handshake(string target = "/app/shop-key", int padTo = 0)
    {
        var head = $"GET {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        var padding = padTo - head.Length - "X: \r\n\r\n".Length;
        return padding > 0 ? $"{head}X: {new string('x', padding)}\r\n\r\n" : $"{head}\r\n";
    }

    private static (string Head, string Body) Response(byte[] bytes)
    {
        var parts = Encoding.Latin1.GetString(bytes).Split("\r\n\r\n", 2);
        return (parts[0], parts[1]);
    }

    private static (string Head, List<WireFrame> Frames) Split(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        return end < 0 ? ("", []) : (Encoding.Latin1.GetString(bytes, 0, end), Wire.Server(bytes.AsSpan(end + 4), allowCutEnd: true));
    }

    /// <summary>Answers on another thread, as one does that asks a store.</summary>
    private sealed class HeldLimiter(RateLimitLease lease) : IRateLimiter
    {
        public async ValueTask<RateLimitLease> HitAsync(string key, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return lease;
        }

        public void RemoveExpired()
        {
            // Holds nothing.
        }
    }
}

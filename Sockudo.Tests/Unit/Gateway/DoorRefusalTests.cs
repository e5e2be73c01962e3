using System.Text;
using Sockudo.Server.RateLimiting;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>Handshakes that are refused, over HTTP or by a close with a code.</summary>
public sealed class DoorRefusalTests : DoorScene
{
    [Fact]
    public async Task A_defect_is_told_over_HTTP_in_JSON()
    {
        var (served, _) = Serve();
        await Context.SayAsync(Handshake().Replace("Version: 13", "Version: 8", StringComparison.Ordinal));
        await served.DeadlineAsync();
        var (head, body) = Response(await Context.GotAsync(static bytes => bytes.Length > 0));

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
        await Context.SayAsync(Handshake(padTo: length));

        Assert.StartsWith($"HTTP/1.1 {status} ", Encoding.Latin1.GetString(await Context.GotAsync(static bytes => bytes.Length > 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_without_an_end_is_refused_at_the_limit()
    {
        var (served, _) = Serve();
        await Context.SayAsync("GET /app/k HTTP/1.1\r\n");
        for (var i = 0; i < 40; i++) await Context.SayAsync($"X-Filler-{i}: {new string('x', 500)}\r\n");
        await served.DeadlineAsync();

        Assert.StartsWith("HTTP/1.1 431 ", Encoding.Latin1.GetString(await Context.GotAsync(static bytes => bytes.Length > 0)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/app/none", 4001)]
    [InlineData("/app/shop-key?protocol=9", 4007)]
    [InlineData("/app/shop-key?protocol=x", 4006)]
    public async Task A_refused_client_is_accepted_told_and_closed_with_the_code(string target, int code)
    {
        var (served, _) = Serve();
        await Context.SayAsync(Handshake(target));
        var (head, frames) = Split(await Context.GotAsync(static bytes => Split(bytes).Frames.Count == 2));

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Equal(code, TestClient.Parse(frames[0].Text).GetProperty("data").GetProperty("code").GetInt32());
        Assert.Equal(code, frames[1].CloseCode);
        await Context.SayAsync(Wire.ClientClose((ushort)code));
        await served.DeadlineAsync();
    }

    [Fact]
    public async Task While_draining_new_sockets_are_refused_with_503()
    {
        Gate.State.BeginDraining();
        var (served, _) = Serve();
        await Context.SayAsync(Handshake());
        await served.DeadlineAsync();
        var (head, body) = Response(await Context.GotAsync(static bytes => bytes.Length > 0));

        Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal);
        Assert.Equal("the server is shutting down", TestClient.Parse(body).GetProperty("error").GetString());
    }

    [Fact]
    public async Task Above_the_rate_limit_new_sockets_are_refused_with_429()
    {
        using var gate = new Gate(rateLimiter: new MemoryRateLimiter(0, TimeSpan.FromSeconds(60), TimeProvider.System));
        var head = await RefusalOfAsync(gate);

        Assert.StartsWith("HTTP/1.1 429 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 60", head, StringComparison.Ordinal);
        Assert.Contains("\r\nX-RateLimit-Limit: 0\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_limiter_is_away_and_fails_closed_new_sockets_are_refused_with_503()
    {
        using var gate = new Gate(rateLimiter: new HeldLimiter(new RateLimitLease(Allowed: false, 20, 0, 1, IsUnavailable: true)));
        var head = await RefusalOfAsync(gate);

        Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: 1", head, StringComparison.Ordinal);
        Assert.DoesNotContain("X-RateLimit", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limiter_that_answers_later_admits_the_socket_as_one_that_answers_at_once()
    {
        using var gate = new Gate(rateLimiter: new HeldLimiter(new RateLimitLease(Allowed: true, 20, 19, 60)));
        _ = gate.Door.OnConnectionAsync(Context, static _ => Task.CompletedTask);
        await Context.SayAsync(Handshake());
        var bytes = await Context.GotAsync(static bytes => Encoding.ASCII.GetString(bytes).Contains("connection_established", StringComparison.Ordinal));

        Assert.StartsWith("HTTP/1.1 101 ", Encoding.ASCII.GetString(bytes), StringComparison.Ordinal);
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

    private async Task<string> RefusalOfAsync(Gate gate)
    {
        var served = gate.Door.OnConnectionAsync(Context, static _ => Task.CompletedTask);
        await Context.SayAsync(Handshake());
        await served.DeadlineAsync();
        return Response(await Context.GotAsync(static bytes => bytes.Length > 0)).Head;
    }
}

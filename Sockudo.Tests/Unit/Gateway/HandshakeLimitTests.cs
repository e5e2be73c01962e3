using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.RateLimiting;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>Handshakes of one address, counted before any of them is upgraded, on a clock the test moves.</summary>
public sealed class HandshakeLimitTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task One_too_many_is_answered_429_and_not_upgraded()
    {
        using var gate = NewGate(limit: 2);
        Assert.Equal(101, await HandshakeAsync(gate));
        Assert.Equal(101, await HandshakeAsync(gate));

        Assert.Equal(429, await HandshakeAsync(gate));
        Assert.Equal(2, gate.Node.Connections.Count);
    }

    [Fact]
    public async Task The_refusal_says_when_the_window_ends()
    {
        using var gate = NewGate(limit: 1);
        await HandshakeAsync(gate);
        _clock.Advance(TimeSpan.FromSeconds(20));
        var head = await HeadAsync(gate);

        Assert.Equal(
            ["X-RateLimit-Limit: 1", "X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 40", "Retry-After: 40"],
            head.Split("\r\n").Where(static line => line.StartsWith("X-Rate", StringComparison.Ordinal) || line.StartsWith("Retry", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task After_the_window_the_address_may_connect_again()
    {
        using var gate = NewGate(limit: 1);
        await HandshakeAsync(gate);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(429, await HandshakeAsync(gate));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(101, await HandshakeAsync(gate));
    }

    [Fact]
    public async Task A_handshake_for_an_app_that_does_not_exist_counts()
    {
        using var gate = NewGate(limit: 1);
        await HandshakeAsync(gate, "/app/nobody");

        Assert.Equal(429, await HandshakeAsync(gate));
    }

    [Theory]
    [InlineData(0, "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 203.0.113.2", 429)]
    [InlineData(1, "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 203.0.113.2", 101)]
    [InlineData(1, "X-Forwarded-For: 203.0.113.1", "X-Forwarded-For: 203.0.113.1", 429)]
    [InlineData(1, "X-Forwarded-For: 198.51.100.1, 203.0.113.1", "X-Forwarded-For: 198.51.100.2, 203.0.113.1", 429)]
    [InlineData(2, "X-Forwarded-For: 198.51.100.1, 10.0.0.1", "X-Forwarded-For: 198.51.100.2, 10.0.0.1", 101)]
    [InlineData(2, "X-Forwarded-For: 6.6.6.6, 198.51.100.1, 10.0.0.1", "X-Forwarded-For: 7.7.7.7, 198.51.100.1, 10.0.0.1", 429)]
    [InlineData(1, "X-Forwarded-For: ::ffff:203.0.113.1", "X-Forwarded-For: 203.0.113.1", 429)]
    [InlineData(0, "X-Real-IP: 203.0.113.1", "X-Real-IP: 203.0.113.2", 429)]
    [InlineData(1, "X-Real-IP: 203.0.113.1", "X-Real-IP: 203.0.113.2", 429)]
    public async Task Of_a_header_only_what_trusted_proxies_wrote_is_believed(int trustHops, string first, string second, int status)
    {
        using var gate = NewGate(limit: 1, trustHops);
        await HandshakeAsync(gate, header: first);

        Assert.Equal(status, await HandshakeAsync(gate, header: second));
    }

    private Gate NewGate(int limit, int trustHops = 0) =>
        new(rateLimiter: new MemoryRateLimiter(limit, TimeSpan.FromSeconds(60), _clock), trustHops: trustHops);

    private static async Task<int> HandshakeAsync(Gate gate, string target = "/app/shop-key", string? header = null) =>
        int.Parse((await HeadAsync(gate, target, header)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> HeadAsync(Gate gate, string target = "/app/shop-key", string? header = null)
    {
        var context = new DoorContext();
        _ = gate.Door.OnConnectionAsync(context, static _ => Task.CompletedTask);
        await context.SayAsync(
            $"GET {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{(header is null ? "" : header + "\r\n")}\r\n");
        var bytes = await context.GotAsync(static bytes => bytes.AsSpan().IndexOf("\r\n\r\n"u8) >= 0);
        return Encoding.Latin1.GetString(bytes).Split("\r\n\r\n")[0];
    }
}

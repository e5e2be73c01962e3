using System.Net;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Gateway;

/// <summary>Handshakes per client address, when the limiter is on. Thread-safe.</summary>
/// <param name="limiter">Counts the addresses; null when no limit is configured.</param>
/// <param name="trustHops">How many proxies in front append to X-Forwarded-For.</param>
/// <param name="metrics">Where checks and refusals are counted.</param>
internal sealed class WebSocketRateLimit(IRateLimiter? limiter, int trustHops, ServerMetrics metrics)
{
    /// <summary>What the limit's keys begin with in a store that others use too.</summary>
    public const string Name = "websocket_connect";

    private readonly AddressRateLimit _limit =
        new(limiter, trustHops, metrics, MetricLabels.LimiterType.WebSocket, MetricLabels.RequestContext.WebSocketUpgrade);

    /// <summary>Counts a handshake; null when no limit is configured. Bounded by the limiter's own deadline, so that no handshake waits longer.</summary>
    public ValueTask<RateLimitLease?> CheckAsync(IPAddress? peer, string? forwardedFor) => _limit.CheckAsync(peer, forwardedFor, CancellationToken.None);

    /// <summary>Forgets addresses whose window is over.</summary>
    public void RemoveExpired() => _limit.RemoveExpired();
}

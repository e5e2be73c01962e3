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
    /// <summary>Counts a handshake; null when no limit is configured.</summary>
    public async ValueTask<RateLimitLease?> CheckAsync(IPAddress? peer, string? forwardedFor)
    {
        if (limiter is null) return null;
        var address = ClientAddress.Of(peer, forwardedFor, trustHops);
        var lease = await limiter.HitAsync($"websocket_connect:{address}", CancellationToken.None).ConfigureAwait(false);
        metrics.RateLimitChecked(MetricLabels.GlobalApp, MetricLabels.LimiterType.WebSocket, MetricLabels.RequestContext.WebSocketUpgrade, !lease.Allowed);
        return lease;
    }

    /// <summary>Forgets addresses whose window is over.</summary>
    public void RemoveExpired() => limiter?.RemoveExpired();
}

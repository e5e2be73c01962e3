using System.Net;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Gateway;

/// <summary>Handshakes per address, when the limiter is on. Thread-safe.</summary>
internal sealed class WebSocketRateLimit(RateLimits limits, ServerMetrics metrics)
{
    /// <summary>Counts a handshake; null when no limit is configured.</summary>
    public async ValueTask<RateLimitLease?> CheckAsync(IPAddress? peer, string? forwardedFor)
    {
        var lease = await limits.HitWebSocketAsync(peer, forwardedFor).ConfigureAwait(false);
        if (lease is { } found)
            metrics.RateLimitChecked(MetricLabels.GlobalApp, MetricLabels.LimiterType.WebSocket, MetricLabels.RequestContext.WebSocketUpgrade, !found.Allowed);
        return lease;
    }
}

using System.Net;
using Microsoft.Extensions.Options;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Gateway;

/// <summary>Handshakes per address, when the limiter is on. Thread-safe.</summary>
internal sealed class WebSocketRateLimit(IRateLimiter? limiter, IOptions<GatewayOptions> options, ServerMetrics metrics)
{
    /// <summary>Counts a handshake; null when no limit is configured.</summary>
    public async ValueTask<RateLimitLease?> CheckAsync(IPAddress? peer, string? forwardedFor)
    {
        if (limiter is null) return null;
        var address = ClientAddress.Of(peer, forwardedFor, options.Value.TrustHops);
        var lease = await limiter.HitAsync($"websocket_connect:{address}", CancellationToken.None).ConfigureAwait(false);
        metrics.RateLimitChecked(MetricLabels.GlobalApp, MetricLabels.LimiterType.WebSocket, MetricLabels.RequestContext.WebSocketUpgrade, !lease.Allowed);
        return lease;
    }
}

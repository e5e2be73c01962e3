using System.Net;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.RateLimiting;

/// <summary>A limit per client address, when it is on. Thread-safe.</summary>
/// <param name="limiter">Counts the addresses; null when no limit is configured.</param>
/// <param name="trustHops">How many proxies in front append to X-Forwarded-For.</param>
/// <param name="metrics">Where checks and refusals are counted.</param>
/// <param name="limiterType">One of <see cref="MetricLabels.LimiterType"/>.</param>
/// <param name="requestContext">One of <see cref="MetricLabels.RequestContext"/>.</param>
internal sealed class AddressRateLimit(IRateLimiter? limiter, int trustHops, ServerMetrics metrics, string limiterType, string requestContext)
{
    /// <summary>Counts a request; null when no limit is configured.</summary>
    public ValueTask<RateLimitLease?> CheckAsync(IPAddress? peer, string? forwardedFor, CancellationToken cancellationToken)
    {
        if (limiter is null) return default;
        var hit = limiter.HitAsync(ClientAddress.Of(peer, forwardedFor, trustHops), cancellationToken);
        return hit.IsCompletedSuccessfully ? new(Counted(hit.Result)) : AwaitAsync(hit);
    }

    /// <summary>Forgets addresses whose window is over.</summary>
    public void RemoveExpired() => limiter?.RemoveExpired();

    private async ValueTask<RateLimitLease?> AwaitAsync(ValueTask<RateLimitLease> hit) => Counted(await hit.ConfigureAwait(false));

    private RateLimitLease Counted(RateLimitLease lease)
    {
        metrics.RateLimitChecked(MetricLabels.GlobalApp, limiterType, requestContext, !lease.Allowed);
        return lease;
    }
}

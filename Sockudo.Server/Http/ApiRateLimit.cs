using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Http;

/// <summary>
/// Requests per client address, when the limiter is on. A limiter that cannot answer throws, and the request fails: a limit that
/// is off while its store is down is none. Thread-safe.
/// </summary>
/// <param name="limiter">Counts the addresses; null when no limit is configured.</param>
/// <param name="trustHops">How many proxies in front append to X-Forwarded-For.</param>
/// <param name="metrics">Where checks and refusals are counted.</param>
internal sealed class ApiRateLimit(IRateLimiter? limiter, int trustHops, ServerMetrics metrics)
{
    /// <summary>Counts a request, says where its sender stands in the answer's headers, and refuses it when it is one too many.</summary>
    public async ValueTask<ApiAnswer?> CheckAsync(HttpContext context)
    {
        if (limiter is null) return null;
        var address = ClientAddress.Of(context.Connection.RemoteIpAddress, context.Request.Headers["X-Forwarded-For"].ToString(), trustHops);
        var lease = await limiter.HitAsync($"api:{address}", context.RequestAborted);
        metrics.RateLimitChecked(MetricLabels.GlobalApp, MetricLabels.LimiterType.Api, MetricLabels.RequestContext.HttpApi, !lease.Allowed);
        lease.WriteTo(context.Response.Headers);
        if (lease.Allowed) return null;
        return ApiErrors.RateLimited.With(
            "Too Many Requests", $"your address may send {lease.Limit} requests in a window; the next begins in {lease.ResetSeconds} s", lease.ResetSeconds);
    }

    /// <summary>Forgets addresses whose window is over.</summary>
    public void RemoveExpired() => limiter?.RemoveExpired();
}

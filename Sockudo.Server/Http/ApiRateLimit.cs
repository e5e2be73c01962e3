using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Http;

/// <summary>
/// Requests per client address, when the limiter is on. A limiter that is away refuses unless the configuration says otherwise: a
/// limit that is off while its store is down is none. Thread-safe.
/// </summary>
/// <param name="limiter">Counts the addresses; null when no limit is configured.</param>
/// <param name="trustHops">How many proxies in front append to X-Forwarded-For.</param>
/// <param name="metrics">Where checks and refusals are counted.</param>
internal sealed class ApiRateLimit(IRateLimiter? limiter, int trustHops, ServerMetrics metrics)
{
    /// <summary>What the limit's keys begin with in a store that others use too.</summary>
    public const string Name = "api";

    private readonly AddressRateLimit _limit = new(limiter, trustHops, metrics, MetricLabels.LimiterType.Api, MetricLabels.RequestContext.HttpApi);

    /// <summary>The refusal of a request that no limiter could judge.</summary>
    public static ApiAnswer Unavailable(int retryAfterSeconds) => ApiErrors.RateLimiterUnavailable.With(
        "Service Unavailable", "the rate limiter is away, and nothing is admitted without it", retryAfterSeconds);

    /// <summary>The refusal of a request that is one too many.</summary>
    public static ApiAnswer TooMany(RateLimitLease lease) => ApiErrors.RateLimited.With(
        "Too Many Requests", $"your address may send {lease.Limit} requests in a window; try again in {lease.ResetSeconds} s", lease.ResetSeconds);

    /// <summary>Counts a request, says where its sender stands in the answer's headers, and refuses it when it is one too many.</summary>
    public async ValueTask<ApiAnswer?> CheckAsync(HttpContext context)
    {
        if (limiter is null) return null;
        var forwardedFor = context.Request.Headers["X-Forwarded-For"].ToString();
        if (await _limit.CheckAsync(context.Connection.RemoteIpAddress, forwardedFor, context.RequestAborted) is not { } lease) return null;
        lease.WriteTo(context.Response.Headers);
        if (lease.Allowed) return null;
        if (lease.IsUnavailable) return Unavailable(lease.ResetSeconds);
        return TooMany(lease);
    }

    /// <summary>Forgets addresses whose window is over.</summary>
    public void RemoveExpired() => _limit.RemoveExpired();
}

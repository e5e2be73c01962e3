using Microsoft.Extensions.Options;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Http;

/// <summary>
/// Requests of a client address to the health routes and <c>/usage</c> of the public listener, when the rate limiter is on. Counted by
/// themselves and in this process, so that neither an address' API calls nor a store that is away turns a probe away, and never below
/// <see cref="LeastPerSecond"/>: a limit meant for API calls must not take a node from its balancer. The metrics listener has no such
/// limit. Thread-safe.
/// </summary>
internal sealed class HealthRateLimit
{
    /// <summary>So many requests a second are always admitted, in the window's sum.</summary>
    public const int LeastPerSecond = 10;

    private readonly AddressRateLimit _limit;

    public HealthRateLimit(IOptions<RateLimiterOptions> options, ServerMetrics metrics, TimeProvider time)
    {
        var api = options.Value.Api;
        var most = Math.Max(api.MaxRequests, (int)Math.Min((long)LeastPerSecond * api.WindowSeconds, int.MaxValue));
        var limiter = options.Value.Enabled ? new MemoryRateLimiter(most, TimeSpan.FromSeconds(api.WindowSeconds), time, api.MaxBytes) : null;
        _limit = new AddressRateLimit(limiter, api.TrustHops, metrics, MetricLabels.LimiterType.Api, MetricLabels.RequestContext.HealthCheck);
    }

    /// <summary>Counts a request. Null when it is admitted; else how long to stay away, which the answer's headers then say too.</summary>
    public async ValueTask<RateLimitLease?> RefuseAsync(HttpContext context)
    {
        var lease = await _limit.CheckAsync(context.Connection.RemoteIpAddress, context.Request.Headers["X-Forwarded-For"].ToString(), context.RequestAborted);
        if (lease is not { Allowed: false } refused) return null;
        refused.WriteTo(context.Response.Headers);
        return refused;
    }

    /// <summary>Forgets addresses whose window is over.</summary>
    public void RemoveExpired() => _limit.RemoveExpired();
}

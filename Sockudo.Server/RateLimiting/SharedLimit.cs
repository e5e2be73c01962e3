using Sockudo.Server.Metrics;

namespace Sockudo.Server.RateLimiting;

/// <summary>
/// One limit that the whole cluster counts together, with what happens while its store is away: everything is admitted or everything
/// refused, counted (rate_limit_unavailable_total) and said once an outage. Thread-safe.
/// </summary>
/// <param name="windows">Where hits are counted.</param>
/// <param name="name">What the limit's keys begin with, and its label: one of <see cref="MetricLabels.LimiterType"/> names it for metrics.</param>
/// <param name="failOpen">Whether hits are admitted while the store is away.</param>
/// <param name="outages">Where that is counted and said.</param>
internal sealed class SharedLimit(IHitWindows windows, string name, bool failOpen, RateLimitOutages outages)
{
    /// <summary>Counts hits if all of them fit; the lease says when nobody counted.</summary>
    public async ValueTask<RateLimitLease> TakeAsync(string key, int amount, int limit, TimeSpan window, CancellationToken cancellationToken)
    {
        try
        {
            var lease = await windows.TakeAsync($"{name}:{key}", amount, limit, window, cancellationToken).ConfigureAwait(false);
            outages.Answered(name);
            return lease;
        }
        catch (RateLimiterUnavailableException exception)
        {
            outages.Missed(name, failOpen, exception);
            return new RateLimitLease(failOpen, limit, failOpen ? limit : 0, ResetSeconds: 1, IsUnavailable: true);
        }
    }
}

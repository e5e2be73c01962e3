using System.Globalization;

namespace Sockudo.Server.RateLimiting;

/// <summary>The headers that tell a client where it stands with a limit.</summary>
internal static class RateLimitHeaders
{
    /// <summary>Writes X-RateLimit-Limit, -Remaining and -Reset (seconds), and Retry-After when refused. Of a limit nobody counted only the last.</summary>
    public static void WriteTo(this RateLimitLease lease, IHeaderDictionary headers)
    {
        if (!lease.Allowed) headers.RetryAfter = lease.ResetSeconds.ToString(CultureInfo.InvariantCulture);
        if (lease.IsUnavailable) return;
        headers["X-RateLimit-Limit"] = lease.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Remaining"] = lease.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-RateLimit-Reset"] = lease.ResetSeconds.ToString(CultureInfo.InvariantCulture);
    }
}

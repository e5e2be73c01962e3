namespace Sockudo.Server.RateLimiting;

/// <summary>Limits per client address (configuration section <c>rate_limiter</c>).</summary>
internal sealed class RateLimiterOptions
{
    /// <summary>Whether requests and connects are limited. Default false; true as soon as any limit key of the section is set.</summary>
    public bool Enabled { get; set; }

    /// <summary><c>memory</c>, <c>redis</c>, <c>redis-cluster</c>; <c>none</c> means memory too. Default memory: each node counts for itself.</summary>
    public string Driver { get; set; } = "memory";

    /// <summary>The HTTP API's limit. Default 100 requests in 60 seconds, fails closed.</summary>
    public RateLimitOptions Api { get; } = new() { MaxRequests = 100 };

    /// <summary>The limit of WebSocket connects. Default 20 connects in 60 seconds, fails open.</summary>
    public RateLimitOptions WebSocket { get; } = new() { MaxRequests = 20, FailOpen = true };
}

/// <summary>One limit: so many hits of an address in a window that starts with the first or, counted by the cluster, slides.</summary>
internal sealed class RateLimitOptions
{
    /// <summary>Most hits in a window.</summary>
    public int MaxRequests { get; set; }

    /// <summary>Length of the window. Unit: seconds. Default 60.</summary>
    public int WindowSeconds { get; set; } = 60;

    /// <summary>How many proxies in front append to X-Forwarded-For. Default 0: the peer's address counts, no header is trusted.</summary>
    public int TrustHops { get; set; }

    /// <summary>Most memory of the windows on a node; above it new addresses share some. Unit: bytes. Default 64 MiB.</summary>
    public long MaxBytes { get; set; } = MemoryRateLimiter.DefaultBytes;

    /// <summary>Whether hits are admitted while the driver's store is away. Default true for sockets, false for the API.</summary>
    public bool FailOpen { get; set; }
}

using System.Net;

namespace Sockudo.Server.RateLimiting;

/// <summary>
/// The limits per client address: one of the API, one of WebSocket connects; either may be off (null). Thread-safe.
/// </summary>
internal sealed class RateLimits(IRateLimiter? api, int apiTrustHops, IRateLimiter? webSocket, int webSocketTrustHops)
{
    /// <summary>Key of the API's limiter.</summary>
    public const string Api = "api";

    /// <summary>Key of the WebSocket limiter.</summary>
    public const string WebSocket = "websocket_connect";

    /// <summary>Counts an API request; null when there is no limit.</summary>
    public ValueTask<RateLimitLease?> HitApiAsync(IPAddress? peer, string? forwardedFor) => HitAsync(api, Api, peer, forwardedFor, apiTrustHops);

    /// <summary>Counts a WebSocket connect; null when there is no limit.</summary>
    public ValueTask<RateLimitLease?> HitWebSocketAsync(IPAddress? peer, string? forwardedFor) =>
        HitAsync(webSocket, WebSocket, peer, forwardedFor, webSocketTrustHops);

    /// <summary>Drops what no later hit needs.</summary>
    public void RemoveExpired()
    {
        api?.RemoveExpired();
        webSocket?.RemoveExpired();
    }

    private static async ValueTask<RateLimitLease?> HitAsync(IRateLimiter? limiter, string kind, IPAddress? peer, string? forwardedFor, int trustHops)
    {
        if (limiter is null) return null;
        return await limiter.HitAsync($"{kind}:{ClientAddress.Of(peer, forwardedFor, trustHops)}", CancellationToken.None).ConfigureAwait(false);
    }
}

using System.Net;

namespace Sockudo.Server.RateLimiting;

/// <summary>
/// Who a request is from, for limits. X-Forwarded-For is believed only as far as there are trusted proxies; X-Real-IP never, as
/// any client can send it. Thread-safe.
/// </summary>
internal static class ClientAddress
{
    /// <summary>What all clients without an address (a Unix socket without a trusted proxy) share.</summary>
    public const string Unknown = "unknown";

    /// <summary>The address that the outermost of <paramref name="trustHops"/> proxies saw, else the peer's.</summary>
    public static string Of(IPAddress? peer, string? forwardedFor, int trustHops)
    {
        if (trustHops > 0 && !string.IsNullOrEmpty(forwardedFor))
        {
            var entries = forwardedFor.Split(',');
            var entry = entries[Math.Max(0, entries.Length - trustHops)].Trim();
            if (IPAddress.TryParse(entry, out var forwarded)) return Normalize(forwarded);
        }

        return peer is null ? Unknown : Normalize(peer);
    }

    private static string Normalize(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
}

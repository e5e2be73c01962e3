using System.Net;
using System.Net.Sockets;

namespace Sockudo.Server.RateLimiting;

/// <summary>
/// Who a request is from, for limits. X-Forwarded-For is believed only as far as there are trusted proxies; X-Real-IP never, as
/// any client can send it. Of an IPv6 address the first 64 bits count: the rest is its holder's to choose, anew for each connection.
/// Thread-safe.
/// </summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <summary>What all clients without an address (a Unix socket without a trusted proxy) share.</summary>
    public const string Unknown = "unknown";

    /// <summary>The address that the outermost of <paramref name="trustHops"/> proxies saw, else the peer's.</summary>
    public static string Of(IPAddress? peer, string? forwardedFor, int trustHops)
    {
        if (trustHops > 0 && !string.IsNullOrEmpty(forwardedFor))
        {
            var entries = forwardedFor.Split(',');
            var entry = entries[Math.Max(0, entries.Length - trustHops)].Trim();

            // Some proxies write the port too.
            if (IPEndPoint.TryParse(entry, out var forwarded)) return Normalize(forwarded.Address);
        }

        return peer is null ? Unknown : Normalize(peer);
    }

    private static string Normalize(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}

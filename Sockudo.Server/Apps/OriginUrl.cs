using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sockudo.Server.Apps;

/// <summary>
/// An origin as a browser writes it (RFC 6454 §6.2): scheme, host and port, and nothing else. Whatever another reader could take for
/// something else (user info, a path, a backslash, an empty label, letters outside of ASCII) is no origin.
/// </summary>
internal readonly ref struct OriginUrl
{
    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    private static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

    // The platform's own reader also takes brackets, a port, a prefix length and a zone.
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private OriginUrl(ReadOnlySpan<char> scheme, ReadOnlySpan<char> host, IPAddress? address, int port)
    {
        Scheme = scheme;
        Host = host;
        Address = address;
        Port = port;
    }

    /// <summary>The scheme, in the case it came in.</summary>
    public ReadOnlySpan<char> Scheme { get; }

    /// <summary>The host name or IPv4 address, in the case it came in; empty for an IPv6 address.</summary>
    public ReadOnlySpan<char> Host { get; }

    /// <summary>The IPv6 address; null for anything else.</summary>
    public IPAddress? Address { get; }

    /// <summary>The port, that of the scheme where none stands; -1 when the scheme has none.</summary>
    public int Port { get; }

    /// <summary>Reads an origin.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out OriginUrl origin)
    {
        origin = default;
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator <= 0 || !IsScheme(text[..separator])) return false;
        var scheme = text[..separator];
        if (!TrySplit(text[(separator + 3)..], out var host, out var portText)) return false;
        var port = DefaultPort(scheme);
        if (!portText.IsEmpty && !TryReadPort(portText, out port)) return false;
        if (host is ['[', .., ']'])
        {
            if (!TryReadAddress(host[1..^1], out var address)) return false;
            origin = new OriginUrl(scheme, [], address, port);
            return true;
        }

        if (!IsHost(host)) return false;
        origin = new OriginUrl(scheme, host, null, port);
        return true;
    }

    /// <summary>The port a scheme has when none is written; -1 when it has none.</summary>
    public static int DefaultPort(ReadOnlySpan<char> scheme)
    {
        if (scheme.Equals("https", StringComparison.OrdinalIgnoreCase) || scheme.Equals("wss", StringComparison.OrdinalIgnoreCase)) return 443;
        return scheme.Equals("http", StringComparison.OrdinalIgnoreCase) || scheme.Equals("ws", StringComparison.OrdinalIgnoreCase) ? 80 : -1;
    }

    /// <summary>Whether a text is a scheme.</summary>
    public static bool IsScheme(ReadOnlySpan<char> text) =>
        !text.IsEmpty && char.IsAsciiLetter(text[0]) && !text.ContainsAnyExcept(SchemeCharacters);

    /// <summary>Whether a text is a host name or an IPv4 address: labels of ASCII, none of them empty.</summary>
    public static bool IsHost(ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(HostCharacters) && text[0] != '.' && text[^1] != '.' && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>Reads an IPv6 address without its brackets.</summary>
    public static bool TryReadAddress(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.IPv6None;
        if (text.ContainsAnyExcept(AddressCharacters) || !text.Contains(':') || !IPAddress.TryParse(text, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6) return false;
        address = parsed;
        return true;
    }

    /// <summary>Reads a port: digits, 1 to 65535.</summary>
    public static bool TryReadPort(ReadOnlySpan<char> text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue && text.Length <= 5;

    /// <summary>Splits host and port, an IPv6 address in brackets left whole; false when a colon has no port behind it.</summary>
    public static bool TrySplit(ReadOnlySpan<char> text, out ReadOnlySpan<char> host, out ReadOnlySpan<char> port)
    {
        host = text;
        port = default;
        var end = text.IndexOf(']') + 1;
        var colon = text[end..].IndexOf(':');
        if (colon < 0) return end == 0 || end == text.Length;
        host = text[..(end + colon)];
        port = text[(end + colon + 1)..];
        return !port.IsEmpty && (end == 0 || colon == 0);
    }
}

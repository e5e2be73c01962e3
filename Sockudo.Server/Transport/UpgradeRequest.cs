using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sockudo.Server.Transport;

/// <summary>What a request head turned out to be.</summary>
internal enum UpgradeKind
{
    /// <summary>The head is not all here yet.</summary>
    Incomplete,

    /// <summary>Not a WebSocket request for the given path: somebody else's.</summary>
    Other,

    /// <summary>A WebSocket request that is to be accepted.</summary>
    Accepted,

    /// <summary>A WebSocket request that is to be refused over HTTP; <see cref="UpgradeRequest.Defect"/> says why.</summary>
    Refused,
}

/// <summary>
/// The head of a WebSocket opening handshake (RFC 6455 §4.2.1). Immutable. Only what the server needs is kept.
/// </summary>
internal sealed record UpgradeRequest
{
    private const string AcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    // As Kestrel's own limits: what is above them is for Kestrel to refuse.
    private const int MaxRequestLineBytes = 8 * 1024;
    private const int MaxHeaders = 100;

    // Of a header's name (RFC 9110 §5.6.2). What a proxy in front may read otherwise than we do is not for us: Kestrel judges it.
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create(".0123456789:ABCDEFabcdef");

    /// <summary>The request target's path, undecoded.</summary>
    public required string Path { get; init; }

    /// <summary>The request target's query without the question mark.</summary>
    public required string Query { get; init; }

    /// <summary>The Origin header; null when absent.</summary>
    public string? Origin { get; init; }

    /// <summary>The X-Forwarded-For header's values joined by commas; null when absent.</summary>
    public string? ForwardedFor { get; init; }

    /// <summary>The Sec-WebSocket-Key.</summary>
    public string Key { get; init; } = "";

    /// <summary>Why it is refused; null when it is not.</summary>
    public HandshakeRefusal? Defect { get; init; }

    /// <summary>The value of Sec-WebSocket-Accept for a key (RFC 6455 §4.2.2).</summary>
    public static string AcceptFor(string key)
    {
        Span<byte> text = stackalloc byte[24 + 36];
        Encoding.ASCII.GetBytes(key, text);
        Encoding.ASCII.GetBytes(AcceptGuid, text[24..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6455 names SHA-1; it proves that the peer speaks WebSocket and nothing else.
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    /// <summary>Whether a Sec-WebSocket-Key is 16 bytes in base64.</summary>
    public static bool IsValidKey(string key) => key.Length == 24 && Base64.IsValid(key, out var bytes) && bytes == 16;

    /// <summary>The 101 answer.</summary>
    public byte[] AcceptResponse() => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {AcceptFor(Key)}\r\n\r\n");

    /// <summary>
    /// Looks at the bytes of a connection. <paramref name="consumed"/> is the head's length when it is a WebSocket request for
    /// <paramref name="pathPrefix"/>; anything that cannot be one is <see cref="UpgradeKind.Other"/> as soon as that is clear.
    /// </summary>
    public static UpgradeKind TryRead(ReadOnlySpan<byte> bytes, string pathPrefix, out UpgradeRequest request, out int consumed)
    {
        request = null!;
        consumed = 0;
        if (!CouldBegin(bytes, pathPrefix)) return UpgradeKind.Other;
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return UpgradeKind.Incomplete;
        consumed = end + 4;
        var head = Encoding.Latin1.GetString(bytes[..end]).Split("\r\n");
        if (head[0].Length + "\r\n".Length > MaxRequestLineBytes || head.Length - 1 > MaxHeaders) return UpgradeKind.Other;
        var line = head[0].Split(' ');
        if (line.Length != 3) return UpgradeKind.Other;
        var target = line[1];
        var question = target.IndexOf('?', StringComparison.Ordinal);
        if (!IsPlain(target, question < 0 ? target.Length : question)) return UpgradeKind.Other;
        var headers = new Headers();
        foreach (var text in head.AsSpan(1))
        {
            if (!headers.TryTake(text)) return UpgradeKind.Other;
        }

        if (!HasToken(headers.Upgrade, "websocket")) return UpgradeKind.Other;
        request = new UpgradeRequest
        {
            Path = question < 0 ? target : target[..question],
            Query = question < 0 ? "" : target[(question + 1)..],
            Origin = headers.Origin,
            ForwardedFor = headers.ForwardedFor,
            Key = headers.Key ?? "",
            Defect = headers.Defect(line[2]),
        };
        return request.Defect is null ? UpgradeKind.Accepted : UpgradeKind.Refused;
    }

    /// <summary>
    /// Whether a target can be read in one way only: visible ASCII, and in its path no escape and no segment that begins with a dot, which
    /// Kestrel would decode or resolve first.
    /// </summary>
    private static bool IsPlain(string target, int pathLength)
    {
        var path = target.AsSpan(0, pathLength);
        return !target.AsSpan().ContainsAnyExceptInRange('!', '~') && !path.Contains('%') && !path.Contains("/.", StringComparison.Ordinal);
    }

    /// <summary>A name or IPv4 address, or an IPv6 address in brackets, with or without a port. Kestrel judges every other form.</summary>
    private static bool IsPlainHost(ReadOnlySpan<char> host)
    {
        var end = host.StartsWith("[") ? host.IndexOf(']') + 1 : host.IndexOf(':') is >= 0 and var colon ? colon : host.Length;
        if (end == 0) return false;
        var name = host[..end];
        var port = host[end..];
        var isName = name[0] == '[' ? name.Length > 2 && !name[1..^1].ContainsAnyExcept(AddressCharacters) : !name.ContainsAnyExcept(NameCharacters);
        return isName && (port.IsEmpty || (port.Length is > 1 and <= 6 && port[0] == ':' && !port[1..].ContainsAnyExceptInRange('0', '9')));
    }

    private static bool CouldBegin(ReadOnlySpan<byte> bytes, string pathPrefix)
    {
        Span<byte> expected = stackalloc byte[4 + pathPrefix.Length + 5];
        var length = Encoding.ASCII.GetBytes($"GET {pathPrefix}/app/", expected);
        var common = Math.Min(bytes.Length, length);
        return bytes[..common].SequenceEqual(expected[..common]);
    }

    /// <summary>Whether a header's list of tokens holds one, in any case (RFC 9110 §5.6.1).</summary>
    public static bool HasToken(string? header, string token)
    {
        foreach (var part in (header ?? "").Split(','))
        {
            if (part.Trim().Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    private struct Headers
    {
        public string? Upgrade;
        public string? Origin;
        public string? ForwardedFor;
        public string? Key;
        private string? _connection;
        private string? _version;
        private int _hosts;
        private bool _hasLength;
        private bool _hasBody;

        public bool TryTake(string line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).ContainsAnyExcept(TokenCharacters) || line.AsSpan().ContainsAnyExceptInRange(' ', '~')) return false;
            var value = line[(colon + 1)..].Trim();
            switch (line[..colon].ToLowerInvariant())
            {
                case "upgrade": Upgrade = Join(Upgrade, value); break;
                case "connection": _connection = Join(_connection, value); break;
                case "sec-websocket-key": Key = Join(Key, value); break;
                case "sec-websocket-version": _version = Join(_version, value); break;
                case "origin": Origin = Join(Origin, value); break;
                case "host":
                    _hosts++;
                    return IsPlainHost(value);
                case "x-forwarded-for": ForwardedFor = Join(ForwardedFor, value); break;
                case "content-length":
                    _hasBody |= _hasLength || value != "0";
                    _hasLength = true;
                    break;
                case "transfer-encoding": _hasBody = true; break;
            }

            return true;
        }

        public readonly HandshakeRefusal? Defect(string version)
        {
            if (version != "HTTP/1.1") return HandshakeRefusals.HttpVersion;
            if (_hosts != 1) return HandshakeRefusals.Host;
            if (!HasToken(_connection, "upgrade")) return HandshakeRefusals.Connection;
            if (_version != "13") return HandshakeRefusals.Version;
            if (Key is null || !IsValidKey(Key)) return HandshakeRefusals.Key;
            return _hasBody ? HandshakeRefusals.Body : null;
        }

        private static string Join(string? before, string value) => before is null ? value : $"{before}, {value}";
    }
}

namespace Sockudo.Server.Transport;

/// <summary>Every refusal a handshake can meet at either door (RFC 6455 §4.2.1 and §4.4, and the server's own limits).</summary>
internal static class HandshakeRefusals
{
    public static readonly HandshakeRefusal HttpVersion = Bad("http_version", "a WebSocket handshake needs HTTP/1.1");
    public static readonly HandshakeRefusal Host = Bad("host_invalid", "exactly one Host header is needed");
    public static readonly HandshakeRefusal Connection = Bad("connection_header", "the Connection header must contain Upgrade");
    public static readonly HandshakeRefusal Key = Bad("websocket_key", "Sec-WebSocket-Key must be 16 bytes in base64");
    public static readonly HandshakeRefusal Body = Bad("body_unexpected", "a WebSocket handshake has no body");
    public static readonly HandshakeRefusal NoUpgrade = Upgrade("upgrade_required", "this path serves WebSockets: use a Pusher client");
    public static readonly HandshakeRefusal Version = Upgrade("websocket_version", "Sec-WebSocket-Version must be 13");
    public static readonly HandshakeRefusal RateLimited =
        new(429, "Too Many Requests", "rate_limited", "Too Many Requests", "too many connections from this address");

    public static readonly HandshakeRefusal Draining =
        new(503, "Service Unavailable", "shutting_down", "the server is shutting down") { Headers = "Retry-After: 1\r\n" };

    /// <summary>All of them, with the one that names a number for a sample of it.</summary>
    public static IReadOnlyList<HandshakeRefusal> All { get; } =
        [HttpVersion, Host, Connection, Key, Body, NoUpgrade, Version, RateLimited, HeadTooLarge(16 * 1024), Draining];

    /// <summary>A request head above the limit.</summary>
    public static HandshakeRefusal HeadTooLarge(int limit) =>
        new(431, "Request Header Fields Too Large", "head_too_large", $"the request head is larger than {limit} bytes");

    private static HandshakeRefusal Bad(string code, string error) => new(400, "Bad Request", code, error);

    private static HandshakeRefusal Upgrade(string code, string error) =>
        new(426, "Upgrade Required", code, error) { Headers = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" };
}

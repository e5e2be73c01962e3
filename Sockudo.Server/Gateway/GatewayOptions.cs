namespace Sockudo.Server.Gateway;

/// <summary>The WebSocket door: timers and what it trusts.</summary>
internal sealed class GatewayOptions
{
    /// <summary>Advertised to clients; after this much silence the server sends <c>pusher:ping</c>. Unit: seconds. Default 120.</summary>
    public int ActivityTimeout { get; set; } = 120;

    /// <summary>How long a client has to answer <c>pusher:ping</c> before it is closed with 4201. Unit: seconds. Default 30 (the protocol's constant).</summary>
    public int PongTimeout { get; set; } = 30;

    /// <summary>With user authentication on, a socket that neither signs in nor joins a private channel is closed (4009). Unit: seconds. Default 3600.</summary>
    public int UserAuthenticationTimeout { get; set; } = 3600;

    /// <summary>A connection must have sent its request head by then; looked at once a second. Unit: milliseconds. Default 10000.</summary>
    public int HandshakeTimeoutMs { get; set; } = 10_000;

    /// <summary>Largest request head at the door. Unit: bytes. Default 16 KiB.</summary>
    public int MaxRequestHeadBytes { get; set; } = 16 * 1024;

    /// <summary>How long a closing socket may take to answer the close frame. Unit: seconds. Default 1.</summary>
    public int CloseTimeout { get; set; } = 1;

    /// <summary>Prefix of every route, without a trailing slash; empty for none (<c>path_prefix</c> "/").</summary>
    public string PathPrefix { get; set; } = "";
}

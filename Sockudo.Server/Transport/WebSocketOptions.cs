namespace Sockudo.Server.Transport;

/// <summary>Limits and keep-alive of one WebSocket (configuration section <c>websocket</c>).</summary>
internal sealed class WebSocketOptions
{
    /// <summary>Most frames waiting for a client whose socket takes no more; null is no limit by count. Unit: frames. Default 1000.</summary>
    public int? MaxMessages { get; set; } = 1000;

    /// <summary>Largest inbound message, and most bytes waiting for one slow client. Unit: bytes; null leaves it to the two keys below. Default null.</summary>
    public int? MaxBytes { get; set; }

    /// <summary>Inbound limit when <see cref="MaxBytes"/> is unset (<c>websocket_max_payload_kb</c>). Unit: KiB. Default 64.</summary>
    public int MaxPayloadKb { get; set; } = 64;

    /// <summary>Whether a client whose queue is full is closed with 4100 (true) or misses the frame (false). Default true.</summary>
    public bool DisconnectOnBufferFull { get; set; } = true;

    /// <summary>Upper bound of a reassembled inbound message. Unit: bytes. Default 64 MiB; the payload limit above is usually smaller.</summary>
    public int MaxMessageSize { get; set; } = 64 * 1024 * 1024;

    /// <summary>Upper bound of one inbound frame. Unit: bytes. Default 16 MiB.</summary>
    public int MaxFrameSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>Most bytes waiting for one slow client. Unit: bytes. Default 1 MiB.</summary>
    public int MaxBackpressure { get; set; } = 1024 * 1024;

    /// <summary>Whether the server sends native WebSocket pings. Default true.</summary>
    public bool AutoPing { get; set; } = true;

    /// <summary>Interval of native pings; a proxy in front must not cut what is silent for less. Unit: seconds, kept to a second. Default 30.</summary>
    public int PingInterval { get; set; } = 30;

    /// <summary>
    /// A socket that sends nothing at all, not even a pong, for this long is closed with 4202; where it equals the activity timeout, the
    /// socket is asked by <c>pusher:ping</c> instead. Unit: seconds; 0 never. Default 120.
    /// </summary>
    public int IdleTimeout { get; set; } = 120;

    /// <summary>The inbound limit in force. Unit: bytes.</summary>
    public int EffectiveMaxPayload => Math.Min(MaxBytes ?? (MaxPayloadKb * 1024), MaxMessageSize);

    /// <summary>The outbound byte limit in force. Unit: bytes.</summary>
    public int EffectiveMaxQueuedBytes => Math.Min(MaxBytes ?? MaxBackpressure, MaxBackpressure);
}

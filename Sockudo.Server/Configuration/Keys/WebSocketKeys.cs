using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Section <c>websocket</c>.</summary>
internal static class WebSocketKeys
{
    /// <summary>The section.</summary>
    public static readonly KeySection Section = new("WebSocket", "Limits and keep-alive of one socket. A queue that is full closes the socket with 4100, or drops the message.", [
        Key.OptionalInteger("websocket.max_messages", c => c.WebSocket.MaxMessages, (c, v) => c.WebSocket.MaxMessages = Key.Clamp(v),
            "Most frames waiting for a client whose socket takes no more; 0 or `none` leaves the count unlimited.", "WEBSOCKET_MAX_MESSAGES", "frames", zeroIsNone: true),
        Key.OptionalInteger("websocket.max_bytes", c => c.WebSocket.MaxBytes, (c, v) => c.WebSocket.MaxBytes = Key.Clamp(v),
            "Largest inbound message, and most bytes waiting for one slow client; 0 or `none` leaves it to `websocket_max_payload_kb` and `websocket.max_backpressure`.",
            "WEBSOCKET_MAX_BYTES", "bytes", zeroIsNone: true),
        Key.Boolean("websocket.disconnect_on_buffer_full", c => c.WebSocket.DisconnectOnBufferFull, (c, v) => c.WebSocket.DisconnectOnBufferFull = v,
            "Close a slow client (true), or let it miss messages (false). (The original drops in both modes.)", "WEBSOCKET_DISCONNECT_ON_BUFFER_FULL"),
        Key.Integer("websocket.max_message_size", 1, Key.MaxCount, c => c.WebSocket.MaxMessageSize, (c, v) => c.WebSocket.MaxMessageSize = Key.Clamp(v),
            "Upper bound of a reassembled inbound message.", "WEBSOCKET_MAX_MESSAGE_SIZE", "bytes"),
        Key.Integer("websocket.max_frame_size", 1, Key.MaxCount, c => c.WebSocket.MaxFrameSize, (c, v) => c.WebSocket.MaxFrameSize = Key.Clamp(v),
            "Upper bound of one inbound frame.", "WEBSOCKET_MAX_FRAME_SIZE", "bytes"),
        Key.OptionalInteger("websocket.max_channels", c => c.Messaging.MaxChannels, (c, v) => c.Messaging.MaxChannels = Key.Clamp(v),
            "Most channels one socket may be subscribed to at once; 0 or `none` is no limit. (An extension: whoever knows an app's key may subscribe to public channels of any name, and each takes memory on every node.)",
            "WEBSOCKET_MAX_CHANNELS", "channels", zeroIsNone: true),
        Held.Integer("websocket.write_buffer_size", 16_384, "The original's write buffer.", "WEBSOCKET_WRITE_BUFFER_SIZE", "bytes", Notices.Sizing),
        Key.Integer("websocket.max_backpressure", 1, Key.MaxCount, c => c.WebSocket.MaxBackpressure, (c, v) => c.WebSocket.MaxBackpressure = Key.Clamp(v),
            "Most bytes waiting for one slow client.", "WEBSOCKET_MAX_BACKPRESSURE", "bytes"),
        Key.Boolean("websocket.auto_ping", c => c.WebSocket.AutoPing, (c, v) => c.WebSocket.AutoPing = v, "Send native WebSocket pings.", "WEBSOCKET_AUTO_PING"),
        Key.Integer("websocket.ping_interval", 1, Key.MaxCount, c => c.WebSocket.PingInterval, (c, v) => c.WebSocket.PingInterval = Key.Clamp(v),
            "Interval of native pings, whatever `activity_timeout` is; a proxy in front must not cut what is silent for less.", "WEBSOCKET_PING_INTERVAL", "seconds"),
        Key.Integer("websocket.idle_timeout", 0, Key.MaxCount, c => c.WebSocket.IdleTimeout, (c, v) => c.WebSocket.IdleTimeout = Key.Clamp(v),
            "A socket that sends nothing at all, not even a native pong, for this long is closed (4202); 0 never. " +
            "Where it equals `activity_timeout`, it is asked by `pusher:ping` instead.", "WEBSOCKET_IDLE_TIMEOUT", "seconds"),
        Key.Integer("websocket.handshake_timeout_ms", 1, 3_600_000, c => c.Gateway.HandshakeTimeoutMs, (c, v) => c.Gateway.HandshakeTimeoutMs = (int)v,
            "A connection that has not sent its request head, or finished its TLS handshake, by then is ended; looked at once a second. (An extension.)",
            "WEBSOCKET_HANDSHAKE_TIMEOUT_MS", "milliseconds"),
        Held.Of("websocket.compression", new ChoiceFormat(["disabled", "dedicated", "shared", "window256b", "window1kb", "window2kb", "window4kb", "window8kb", "window16kb", "window32kb"], null, true,
            ("2kb", "window2kb"), ("4kb", "window4kb"), ("8kb", "window8kb"), ("16kb", "window16kb"), ("32kb", "window32kb")), "disabled",
            "permessage-deflate.", "WEBSOCKET_COMPRESSION", notice: Notices.Compression),
    ]);
}

using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Top-level keys, listeners, TLS and the Unix socket.</summary>
internal static class ServerKeys
{
    /// <summary>The top level.</summary>
    public static readonly KeySection General = new("General", "", [
        Key.Boolean("debug", c => c.Server.Debug, (c, v) => c.Server.Debug = v, "Verbose logging. `DEBUG` can only switch it on.", "DEBUG_MODE DEBUG"),
        Key.Text("host", c => c.Listener.Host, (c, v) => c.Listener.Host = v, "Address or DNS name to listen on.", "HOST"),
        Key.Integer("port", 0, 65535, c => c.Listener.Port, (c, v) => c.Listener.Port = (int)v, "Port of WebSockets and the HTTP API; 0 picks a free one.", "PORT"),
        Key.Text("mode", c => c.Server.Mode, (c, v) => c.Server.Mode = v,
            "Free text. With `production` a Unix socket below /tmp is warned about. It does not choose between Development and Production: `ASPNETCORE_ENVIRONMENT` does.", "ENVIRONMENT"),
        Key.Of("path_prefix", PathPrefixFormat.Instance, c => c.Gateway.PathPrefix, (c, v) => c.HttpApi.PathPrefix = c.Gateway.PathPrefix = v,
            "Prefix of every route, for a proxy that does not strip it. Signatures are accepted with and without it, wherever the proxy takes it off or puts it on. (The original ignores this key.)"),
        Key.Integer("shutdown_grace_period", 0, 86_400, c => c.Listener.ShutdownGracePeriod, (c, v) => c.Listener.ShutdownGracePeriod = (int)v,
            "Longest time for draining at shutdown; the server leaves earlier when it is done.", "SHUTDOWN_GRACE_PERIOD", "seconds"),
        Key.Integer("shutdown_drain_window_ms", 0, 86_400_000, c => c.Listener.ShutdownDrainWindowMs, (c, v) => c.Listener.ShutdownDrainWindowMs = (int)v,
            "At shutdown sockets are closed (4200) evenly over this time; at most `shutdown_grace_period` less a second. 0 closes all at once. (An extension.)",
            "SHUTDOWN_DRAIN_WINDOW_MS", "milliseconds"),
        Key.Integer("user_authentication_timeout", 1, int.MaxValue, c => c.Gateway.UserAuthenticationTimeout, (c, v) => c.Gateway.UserAuthenticationTimeout = (int)v,
            "With user authentication on, a socket that neither signs in nor joins a private channel by then is closed with 4009.", "USER_AUTHENTICATION_TIMEOUT", "seconds"),
        Key.Integer("activity_timeout", 1, int.MaxValue, c => c.Gateway.ActivityTimeout, (c, v) => c.Messaging.ActivityTimeout = c.Gateway.ActivityTimeout = (int)v,
            "Told to clients; after this much silence the server sends `pusher:ping`.", "ACTIVITY_TIMEOUT", "seconds"),
        Key.Integer("websocket_max_payload_kb", 1, 2_097_151, c => c.WebSocket.MaxPayloadKb, (c, v) => c.WebSocket.MaxPayloadKb = (int)v,
            "Largest inbound message when `websocket.max_bytes` is unset.", "WEBSOCKET_MAX_PAYLOAD_KB", "KiB"),
        Key.Of("instance.process_id", OptionalTextFormat.Instance, c => c.Server.ProcessId, (c, v) => c.Server.ProcessId = v,
            "A label of this node for people. Also taken from `service.instance.id` in `OTEL_RESOURCE_ATTRIBUTES`.", "INSTANCE_PROCESS_ID", defaultNote: "random"),
    ]);

    /// <summary>TLS.</summary>
    public static readonly KeySection Ssl = new("TLS", "Enabled without both files is an error, not plain HTTP.", [
        Key.Boolean("ssl.enabled", c => c.Listener.Ssl.Enabled, (c, v) => c.Listener.Ssl.Enabled = v, "Host and port speak TLS.", "SSL_ENABLED"),
        Key.Text("ssl.cert_path", c => c.Listener.Ssl.CertPath, (c, v) => c.Listener.Ssl.CertPath = v, "PEM file with the certificate.", "SSL_CERT_PATH"),
        Key.Text("ssl.key_path", c => c.Listener.Ssl.KeyPath, (c, v) => c.Listener.Ssl.KeyPath = v, "PEM file with the private key.", "SSL_KEY_PATH"),
        Key.Of("ssl.passphrase", OptionalTextFormat.Instance, c => c.Listener.Ssl.Passphrase, (c, v) => c.Listener.Ssl.Passphrase = v,
            "Passphrase of an encrypted private key. (The original ignores this key.)", secrecy: Secrecy.Secret),
        Key.Of("ssl.ca_path", OptionalTextFormat.Instance, c => c.Listener.Ssl.CaPath, (c, v) => c.Listener.Ssl.CaPath = v,
            "PEM file with intermediate certificates to send behind the certificate. (The original ignores this key.)"),
        Key.Boolean("ssl.redirect_http", c => c.Listener.Ssl.RedirectHttp, (c, v) => c.Listener.Ssl.RedirectHttp = v,
            "A plain listener on `ssl.http_port` answers 308 to the TLS address.", "SSL_REDIRECT_HTTP"),
        Key.OptionalInteger("ssl.http_port", c => c.Listener.Ssl.HttpPort, (c, v) => c.Listener.Ssl.HttpPort = (int?)v,
            "Port of the redirecting listener.", "SSL_HTTP_PORT", maximum: 65535),
    ]);

    /// <summary>The Unix socket.</summary>
    public static readonly KeySection UnixSocket = new("Unix socket", "Replaces the TCP listeners; metrics stay on TCP. Behind it the client's address comes from the proxy's headers only.", [
        Key.Boolean("unix_socket.enabled", c => c.Listener.UnixSocket.Enabled, (c, v) => c.Listener.UnixSocket.Enabled = v,
            "Listen on the socket instead of TCP. Ignored on Windows, with a warning.", "UNIX_SOCKET_ENABLED"),
        Key.Text("unix_socket.path", c => c.Listener.UnixSocket.Path, (c, v) => c.Listener.UnixSocket.Path = v,
            "Absolute path of the socket file; an existing one is replaced.", "UNIX_SOCKET_PATH"),
        Key.Of("unix_socket.permission_mode", OctalFormat.Instance, c => c.Listener.UnixSocket.PermissionMode, (c, v) => c.Listener.UnixSocket.PermissionMode = v,
            "Permission bits of the file, text of octal digits.", "UNIX_SOCKET_PERMISSION_MODE"),
    ]);

    /// <summary>Logs.</summary>
    public static readonly KeySection Logging = new("Logging", "", [
        Key.Boolean("logging.colors_enabled", c => c.Server.Logging.ColorsEnabled, (c, v) => c.Server.Logging.ColorsEnabled = v, "Coloured console logs.", "LOG_COLORS_ENABLED"),
        Key.Boolean("logging.include_target", c => c.Server.Logging.IncludeTarget, (c, v) => c.Server.Logging.IncludeTarget = v, "A line names its category.", "LOG_INCLUDE_TARGET", Notices.Category),
        Key.Of("logging.output_format", new ChoiceFormat(["human", "json"], lenient: true), c => c.Server.Logging.OutputFormat, (c, v) => c.Server.Logging.OutputFormat = v,
            "`json` writes one JSON object a line. (The file key is an extension.)", "LOG_OUTPUT_FORMAT"),
        Key.Of("logging.filter", OptionalTextFormat.Instance, c => c.Server.Logging.Filter, (c, v) => c.Server.Logging.Filter = v,
            "A level, or a filter as in RUST_LOG of which the bare level and `sockudo=` count; wins over the next two. (The file key is an extension.)", "LOG_LEVEL RUST_LOG"),
        Key.Text("logging.filter_debug", c => c.Server.Logging.DebugFilter, (c, v) => c.Server.Logging.DebugFilter = v,
            "The filter when `debug` is on. (The file key is an extension.)", "SOCKUDO_LOG_DEBUG"),
        Key.Text("logging.filter_production", c => c.Server.Logging.ProductionFilter, (c, v) => c.Server.Logging.ProductionFilter = v,
            "The filter when `debug` is off. (The file key is an extension.)", "SOCKUDO_LOG_PROD"),
    ]);
}

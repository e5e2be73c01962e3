namespace Sockudo.Server.Hosting;

/// <summary>Where the server listens and how it stops.</summary>
internal sealed class ListenerOptions
{
    /// <summary>Address or DNS name to listen on. Default 0.0.0.0.</summary>
    public string Host { get; set; } = "0.0.0.0";

    /// <summary>Port of sockets and API; 0 picks a free one. Default 6001.</summary>
    public int Port { get; set; } = 6001;

    /// <summary>Longest time for draining at shutdown. Unit: seconds. Default 10.</summary>
    public int ShutdownGracePeriod { get; set; } = 10;

    /// <summary>
    /// Over how long a stopping server sends its sockets away, evenly, so that they do not all reconnect at once. Cut to what
    /// <see cref="ShutdownGracePeriod"/> leaves, see <see cref="EffectiveDrainWindow"/>. Unit: milliseconds; 0 is all at once. Default 1000.
    /// </summary>
    public int ShutdownDrainWindowMs { get; set; } = 1000;

    /// <summary>From the signal on, when the last socket must be told: it needs up to a second to answer its close frame within the grace period.</summary>
    public TimeSpan LatestClose => TimeSpan.FromSeconds(Math.Max(0, ShutdownGracePeriod - 1));

    /// <summary>The window in force.</summary>
    public TimeSpan EffectiveDrainWindow => TimeSpan.FromMilliseconds(Math.Min(ShutdownDrainWindowMs, LatestClose.TotalMilliseconds));

    /// <summary>TLS.</summary>
    public SslOptions Ssl { get; } = new();

    /// <summary>The Unix domain socket that replaces the TCP listeners when enabled.</summary>
    public UnixSocketOptions UnixSocket { get; } = new();

    /// <summary>
    /// Where to listen, all sources considered: <c>ASPNETCORE_URLS</c>, else <c>HOST</c>/<c>PORT</c>, else <c>HTTP_PORTS</c>, else the
    /// file; one Unix socket when that is enabled. The redirecting listener is not among them. Default http://0.0.0.0:6001.
    /// </summary>
    public IReadOnlyList<ListenerAddress> Addresses { get; set; } = [new("http", "0.0.0.0", 6001)];
}

/// <summary>TLS of the main listener (configuration section <c>ssl</c>).</summary>
internal sealed class SslOptions
{
    /// <summary>Whether host and port speak TLS. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>PEM file with the certificate, its intermediates behind it if there are any. Default empty.</summary>
    public string CertPath { get; set; } = "";

    /// <summary>PEM file with the private key. Default empty.</summary>
    public string KeyPath { get; set; } = "";

    /// <summary>Passphrase of an encrypted private key. Never logged. Default null.</summary>
    public string? Passphrase { get; set; }

    /// <summary>PEM file with intermediate certificates to send behind the certificate. Default null.</summary>
    public string? CaPath { get; set; }

    /// <summary>Whether a plain listener on <see cref="HttpPort"/> answers 308 to the TLS address. Default false.</summary>
    public bool RedirectHttp { get; set; }

    /// <summary>Port of the redirecting listener. Default 80.</summary>
    public int? HttpPort { get; set; } = 80;
}

/// <summary>Listening on a Unix domain socket (configuration section <c>unix_socket</c>).</summary>
internal sealed class UnixSocketOptions
{
    /// <summary>Whether the socket replaces the TCP listeners; metrics stay on TCP. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>Absolute path of the socket file; an existing one is replaced, it is removed at shutdown. Default /var/run/sockudo/sockudo.sock.</summary>
    public string Path { get; set; } = "/var/run/sockudo/sockudo.sock";

    /// <summary>Permission bits of the file, written in octal in the configuration. Default octal 660.</summary>
    public int PermissionMode { get; set; } = 0x1B0;
}

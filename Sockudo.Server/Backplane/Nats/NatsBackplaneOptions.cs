namespace Sockudo.Server.Backplane.Nats;

/// <summary>
/// The backplane over NATS (configuration section <c>adapter.nats</c>). Signing in: user and password when both are set, else the
/// token, else the credentials file, else the NKey, else what the first server's URL holds, else nothing.
/// </summary>
internal sealed class NatsBackplaneOptions
{
    /// <summary>
    /// The servers, of which any is connected to: <c>nats://[user:password@]host[:port]</c>, <c>tls://…</c> for TLS, <c>host:port</c> or
    /// <c>host</c>; the default port is 4222. The others of a NATS cluster are learned. Default <c>nats://localhost:4222</c>.
    /// </summary>
    public IList<string> Servers { get; } = [];

    /// <summary>The user. Default null.</summary>
    public string? Username { get; set; }

    /// <summary>The user's password. Default null.</summary>
    public string? Password { get; set; }

    /// <summary>The token. Default null.</summary>
    public string? Token { get; set; }

    /// <summary>A credentials file (JWT and NKey seed, as nsc writes it). Default null.</summary>
    public string? CredentialsFile { get; set; }

    /// <summary>The seed of an NKey, or the path of a file that holds it. Default null.</summary>
    public string? NKey { get; set; }

    /// <summary>TLS.</summary>
    public NatsTlsOptions Tls { get; } = new();

    /// <summary>The longest that one attempt to connect to one server may take. Unit: milliseconds. Default 5000.</summary>
    public int ConnectionTimeoutMs { get; set; } = 5_000;

    /// <summary>
    /// How many received messages of a topic may wait to be taken. When there are more, the newest are dropped and counted
    /// (backplane_messages_dropped_total), and the cluster asks for them again. Default 16384.
    /// </summary>
    public int MaxPendingMessages { get; set; } = 16_384;
}

/// <summary>TLS towards NATS (configuration section <c>adapter.nats.tls</c>).</summary>
internal sealed class NatsTlsOptions
{
    /// <summary>Whether TLS is demanded. Default null: when a URL says tls:// or a file is named here; otherwise as the server wants it.</summary>
    public bool? Enabled { get; set; }

    /// <summary>A PEM file of authorities that are trusted instead of the system's. Default null: the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>The client's certificate, PEM. Default null: none is shown.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key of <see cref="CertificateFile"/>, PEM. Default null.</summary>
    public string? KeyFile { get; set; }
}

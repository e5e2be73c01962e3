namespace Sockudo.Server.RedisConnections;

/// <summary>TLS towards Redis (configuration section <c>database.redis.tls</c>).</summary>
internal sealed class RedisTlsOptions
{
    /// <summary>Whether to speak TLS. Default null: as the URL's scheme or the connection string says, else no.</summary>
    public bool? Enabled { get; set; }

    /// <summary>A PEM file of authorities that are trusted instead of the system's. Default null: the system's.</summary>
    public string? CaFile { get; set; }

    /// <summary>The client's certificate, PEM, or PKCS#12 when no <see cref="KeyFile"/> is named. Default null: none is shown.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The private key of <see cref="CertificateFile"/>, PEM. Default null.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The password of the key or of the PKCS#12 file. Default null: none.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>The name that the server's certificate must bear. Default null: the host's name.</summary>
    public string? ServerName { get; set; }
}

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Sockudo.Server.Hosting;

/// <summary>
/// The certificate of the TLS listeners, from PEM files. Files whose content changes on disk are taken up for new connections,
/// looked at once a second; what cannot be used then leaves the old certificate in force, and the log says why. Thread-safe.
/// </summary>
internal sealed partial class TlsCertificate
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly SslOptions _options;
    private readonly TimeSpan _handshakeTimeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new(); // guards the fields below
    private SslStreamCertificateContext _current;
    private string _seen;
    private long _checkedAt;

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">A file holds no certificate or no matching key, or the passphrase is wrong.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public TlsCertificate(SslOptions options, TimeSpan handshakeTimeout, TimeProvider time, ILogger logger)
    {
        _options = options;
        _handshakeTimeout = handshakeTimeout;
        _time = time;
        _logger = logger;
        _seen = Fingerprint();
        _current = Load();
        _checkedAt = time.GetTimestamp();
    }

    /// <summary>For Kestrel: asks for the current certificate with each connection.</summary>
    public TlsHandshakeCallbackOptions CallbackOptions() => new()
    {
        HandshakeTimeout = _handshakeTimeout,
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = Current() }),
    };

    private SslStreamCertificateContext Current()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_checkedAt) < LookInterval) return _current;
            _checkedAt = _time.GetTimestamp();
            try
            {
                var fingerprint = Fingerprint();
                if (fingerprint == _seen) return _current;
                _seen = fingerprint;
                _current = Load();
                LogTakenUp(_options.CertPath);
            }
            catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
            {
                // Half-written, or not both files yet: when there is more, the fingerprint is another one.
                LogUnusable(_options.CertPath, e.Message);
            }

            return _current;
        }
    }

    // By content: behind the symbolic links of a mounted secret the time of the named file never changes.
    private string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(_options.CertPath));
        hash.AppendData(File.ReadAllBytes(_options.KeyPath));
        if (!string.IsNullOrEmpty(_options.CaPath)) hash.AppendData(File.ReadAllBytes(_options.CaPath));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private SslStreamCertificateContext Load()
    {
        using var loaded = LoadPair();

        // A key that came from PEM is ephemeral, which some platforms' TLS cannot use; a round trip makes it a usable one.
        var certificate = X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), password: null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.CertPath);
        if (!string.IsNullOrEmpty(_options.CaPath)) chain.ImportFromPemFile(_options.CaPath);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    private X509Certificate2 LoadPair()
    {
        try
        {
            return string.IsNullOrEmpty(_options.Passphrase)
                ? X509Certificate2.CreateFromPemFile(_options.CertPath, _options.KeyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(_options.CertPath, _options.Passphrase, _options.KeyPath);
        }
        catch (ArgumentException e)
        {
            // What the runtime says of an elliptic key that is another certificate's.
            throw new CryptographicException(e.Message, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The changed certificate {File} is used for new connections")]
    private partial void LogTakenUp(string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The changed certificate {File} or its key cannot be used, the one before stays in force: {Reason}")]
    private partial void LogUnusable(string file, string reason);
}

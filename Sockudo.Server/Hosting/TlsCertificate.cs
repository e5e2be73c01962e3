using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Sockudo.Server.Hosting;

/// <summary>
/// The certificate of the TLS listeners, from PEM files. A file that is replaced on disk is taken up for new connections; one
/// that cannot be read then leaves the old certificate in force. Thread-safe.
/// </summary>
internal sealed class TlsCertificate
{
    private readonly SslOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new(); // guards the fields below
    private SslStreamCertificateContext _current;
    private DateTime _version;
    private long _checkedAt;

    /// <summary>Reads the files.</summary>
    /// <exception cref="CryptographicException">A file holds no certificate or no matching key, or the passphrase is wrong.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public TlsCertificate(SslOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _version = Version();
        _current = Load();
        _checkedAt = time.GetTimestamp();
    }

    /// <summary>For Kestrel: asks for the current certificate with each connection.</summary>
    public TlsHandshakeCallbackOptions CallbackOptions() => new()
    {
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificateContext = Current() }),
    };

    private SslStreamCertificateContext Current()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_checkedAt) < TimeSpan.FromSeconds(1)) return _current;
            _checkedAt = _time.GetTimestamp();
            try
            {
                var version = Version();
                if (version == _version) return _current;
                _current = Load();
                _version = version;
            }
            catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
            {
                // Half-written, or not both files yet: the next second looks again.
            }

            return _current;
        }
    }

    private DateTime Version()
    {
        var certificate = File.GetLastWriteTimeUtc(_options.CertPath);
        var key = File.GetLastWriteTimeUtc(_options.KeyPath);
        return certificate > key ? certificate : key;
    }

    private SslStreamCertificateContext Load()
    {
        using var loaded = string.IsNullOrEmpty(_options.Passphrase)
            ? X509Certificate2.CreateFromPemFile(_options.CertPath, _options.KeyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(_options.CertPath, _options.Passphrase, _options.KeyPath);

        // A key that came from PEM is ephemeral, which some platforms' TLS cannot use; a round trip makes it a usable one.
        var certificate = X509CertificateLoader.LoadPkcs12(loaded.Export(X509ContentType.Pkcs12), password: null);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.CertPath);
        if (!string.IsNullOrEmpty(_options.CaPath)) chain.ImportFromPemFile(_options.CaPath);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }
}

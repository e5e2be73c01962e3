using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>The certificates of one target, read once. Immutable.</summary>
internal sealed class RedisCertificates
{
    private readonly X509Certificate2Collection? _authorities;
    private readonly X509Certificate2? _client;

    /// <exception cref="RedisConfigurationException">A file is missing or is not what it should be.</exception>
    public RedisCertificates(RedisTlsOptions options)
    {
        if (options.CaFile is { Length: > 0 } caFile)
        {
            _authorities = Read(caFile, () =>
            {
                var authorities = new X509Certificate2Collection();
                authorities.ImportFromPemFile(caFile);
                return authorities;
            });
            if (_authorities.Count == 0)
            {
                throw new RedisConfigurationException($"Redis TLS: {caFile} holds no certificate in PEM form.");
            }
        }

        if (options.CertificateFile is { Length: > 0 } certificateFile)
        {
            _client = Read(certificateFile, () => Client(certificateFile, options));
        }
    }

    /// <summary>Makes a connection use them.</summary>
    public void ApplyTo(ConfigurationOptions configuration)
    {
        if (_authorities is not null)
        {
            configuration.CertificateValidation += Validate;
        }

        if (_client is { } client)
        {
            configuration.CertificateSelection += (_, _, _, _, _) => client;
        }
    }

    private static X509Certificate2 Client(string certificateFile, RedisTlsOptions options)
    {
        if (options.KeyFile is not { Length: > 0 } keyFile)
        {
            return X509CertificateLoader.LoadPkcs12FromFile(certificateFile, options.KeyPassword);
        }

        using var pem = options.KeyPassword is { Length: > 0 } password
            ? X509Certificate2.CreateFromEncryptedPemFile(certificateFile, password, keyFile)
            : X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        // A key that lives in memory only cannot be shown by every platform's TLS; one that came from PKCS#12 can.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static T Read<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RedisConfigurationException($"Redis TLS: {file} cannot be used: {exception.Message}", exception);
        }
    }

    // Trust in the private authority replaces the system's; the name and the dates still have to be right.
    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(_authorities!);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            foreach (var element in chain.ChainElements)
            {
                own.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        return own.Build(certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }
}

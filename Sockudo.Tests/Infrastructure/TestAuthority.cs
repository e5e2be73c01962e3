using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sockudo.Tests.Infrastructure;

/// <summary>A private root with one intermediate, which issues certificates for 127.0.0.1 and localhost.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _intermediate;

    public TestAuthority()
    {
        Root = Request("test root", _rootKey, isAuthority: true).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(4));
        _intermediate = Request("test intermediate", _intermediateKey, isAuthority: true)
            .Create(Root.SubjectName, X509SignatureGenerator.CreateForECDsa(_rootKey), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(3), RandomNumberGenerator.GetBytes(8));
    }

    /// <summary>What a client trusts.</summary>
    public X509Certificate2 Root { get; }

    public string IntermediatePem => _intermediate.ExportCertificatePem() + "\n";

    /// <summary>A chain that trusts the root alone: a server must send the intermediate.</summary>
    public X509ChainPolicy Trusting() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { Root },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    /// <summary>A new certificate with its key, which is encrypted when there is a passphrase.</summary>
    public IssuedCertificate Issue(string name, string? passphrase = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(name, key, isAuthority: false);
        using var certificate = request.Create(
            _intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_intermediateKey), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        var pem = passphrase is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return new IssuedCertificate(certificate.ExportCertificatePem() + "\n", pem, certificate.Thumbprint);
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _intermediateKey.Dispose();
        Root.Dispose();
        _intermediate.Dispose();
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (isAuthority) return request;
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        return request;
    }
}

/// <summary>PEM texts of a certificate and its private key.</summary>
internal sealed record IssuedCertificate(string Certificate, string Key, string Thumbprint)
{
    public void WriteTo(string certificateFile, string keyFile)
    {
        File.WriteAllText(certificateFile, Certificate);
        File.WriteAllText(keyFile, Key);
    }
}

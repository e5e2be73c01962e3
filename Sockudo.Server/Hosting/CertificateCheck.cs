using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Sockudo.Server.Configuration;

namespace Sockudo.Server.Hosting;

/// <summary>Reads the certificate of the TLS listeners before anything is started, so that <c>check</c> refuses what the start would.</summary>
internal static class CertificateCheck
{
    /// <summary>The result, with an error more when there is a certificate and it cannot be used.</summary>
    public static ConfigurationResult Apply(ConfigurationResult result)
    {
        var listener = result.Configuration.Listener;
        if (!result.IsValid || !(listener.Ssl.Enabled || listener.Addresses.Any(static address => address.IsTls)) || listener.UnixSocket.Enabled) return result;
        try
        {
            _ = new TlsCertificate(listener.Ssl, TimeSpan.Zero, TimeProvider.System, NullLogger.Instance);
            return result;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            var problem = $"the certificate, its key or its passphrase cannot be used: {exception.Message.TrimEnd('.')}. See ssl.key_path, ssl.passphrase and ssl.ca_path too.";
            return result with { Errors = [new ConfigurationError("ssl.cert_path", problem, result.Origin("ssl.cert_path") is { IsDefault: false } origin ? origin.Name : null)] };
        }
    }
}

using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Hosting;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

/// <summary>Which certificate a new connection gets, on a clock the test moves.</summary>
public sealed class TlsCertificateTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sockudo-certificate-");
    private readonly TestAuthority _authority = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Files_that_are_replaced_are_taken_up_after_a_second()
    {
        var first = Issue("first");
        var certificate = Open();
        var second = Issue("second");
        Assert.Equal(first, await ThumbprintAsync(certificate));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(second, await ThumbprintAsync(certificate));
    }

    [Fact]
    public async Task A_secret_mounted_behind_a_link_is_taken_up_when_the_link_is_turned()
    {
        // As Kubernetes does it: the names stay, the folder behind ..data is another one.
        var (old, renewed) = (_folder.CreateSubdirectory("..1"), _folder.CreateSubdirectory("..2"));
        _authority.Issue("old").WriteTo(Path.Combine(old.FullName, "tls.crt"), Path.Combine(old.FullName, "tls.key"));
        var files = _authority.Issue("renewed");
        files.WriteTo(Path.Combine(renewed.FullName, "tls.crt"), Path.Combine(renewed.FullName, "tls.key"));
        foreach (var file in renewed.GetFiles()) file.LastWriteTimeUtc = old.GetFiles()[0].LastWriteTimeUtc;
        var link = Path.Combine(_folder.FullName, "..data");
        Directory.CreateSymbolicLink(link, "..1");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "tls.crt"), "..data/tls.crt");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "tls.key"), "..data/tls.key");
        var certificate = Open();

        Directory.Delete(link);
        Directory.CreateSymbolicLink(link, "..2");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(files.Thumbprint, await ThumbprintAsync(certificate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMIIB")]
    [InlineData(null)]
    public async Task What_cannot_be_used_leaves_the_old_one_in_force_until_it_can(string? content)
    {
        var first = Issue("first");
        var certificate = Open();
        if (content is null) File.Delete(KeyFile);
        else File.WriteAllText(CertificateFile, content);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first, await ThumbprintAsync(certificate));

        var second = Issue("second");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(second, await ThumbprintAsync(certificate));
    }

    [Fact]
    public async Task A_new_certificate_waits_for_its_key()
    {
        var first = Issue("first");
        var certificate = Open();
        var files = _authority.Issue("second");
        File.WriteAllText(CertificateFile, files.Certificate);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first, await ThumbprintAsync(certificate));
        File.WriteAllText(KeyFile, files.Key);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(files.Thumbprint, await ThumbprintAsync(certificate));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Intermediates_come_from_the_certificates_file_or_from_ca_path(bool inOneFile)
    {
        var files = _authority.Issue("leaf");
        var authorities = Path.Combine(_folder.FullName, "ca.pem");
        File.WriteAllText(CertificateFile, inOneFile ? files.Certificate + _authority.IntermediatePem : files.Certificate);
        File.WriteAllText(KeyFile, files.Key);
        File.WriteAllText(authorities, _authority.IntermediatePem);

        var context = await ContextAsync(Open(caPath: inOneFile ? null : authorities));

        Assert.Equal("CN=test intermediate", Assert.Single(context.IntermediateCertificates).Subject);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData(null)]
    public void An_encrypted_key_needs_its_passphrase(string? passphrase)
    {
        _authority.Issue("server", passphrase: "correct horse").WriteTo(CertificateFile, KeyFile);

        Assert.ThrowsAny<CryptographicException>(() => Open(passphrase));
    }

    private string CertificateFile => Path.Combine(_folder.FullName, "tls.crt");

    private string KeyFile => Path.Combine(_folder.FullName, "tls.key");

    private string Issue(string name)
    {
        var files = _authority.Issue(name);
        files.WriteTo(CertificateFile, KeyFile);
        return files.Thumbprint;
    }

    private TlsCertificate Open(string? passphrase = null, string? caPath = null) => new(
        new SslOptions { CertPath = CertificateFile, KeyPath = KeyFile, Passphrase = passphrase, CaPath = caPath },
        TimeSpan.FromSeconds(10),
        _time,
        NullLogger.Instance);

    private static async Task<string> ThumbprintAsync(TlsCertificate certificate) => (await ContextAsync(certificate)).TargetCertificate.Thumbprint;

    private static async Task<SslStreamCertificateContext> ContextAsync(TlsCertificate certificate) =>
        (await certificate.CallbackOptions().OnConnection(null!)).ServerCertificateContext!;
}

using System.Globalization;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>A nats-server on a loopback port, with a configuration of its own.</summary>
internal sealed class NatsServer : IAsyncDisposable
{
    /// <param name="configuration">Lines of its configuration file; the certificates are at hand when it speaks TLS.</param>
    /// <param name="tls">Whether it speaks TLS only and asks for the client's certificate.</param>
    public NatsServer(Func<TestCertificates?, string>? configuration = null, bool tls = false)
    {
        Port = FreePorts.Next();
        Process = new BrokerProcess("nats-server", self => ["-c", Path.Combine(self.Folder, "nats.conf")], "Server is ready");
        Certificates = tls ? new TestCertificates(Process.Folder) : null;
        var encryption = Certificates is { } certificates
            ? $$"""tls { ca_file: "{{certificates.CaFile}}", cert_file: "{{certificates.ServerFile}}", key_file: "{{certificates.ServerKeyFile}}", verify: true }"""
            : "";
        File.WriteAllText(Path.Combine(Process.Folder, "nats.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listen: "127.0.0.1:{Port}"
            {encryption}
            {configuration?.Invoke(Certificates)}

            """));
    }

    public int Port { get; }

    public BrokerProcess Process { get; }

    public TestCertificates? Certificates { get; }

    public Task StartAsync() => Process.StartAsync();

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}

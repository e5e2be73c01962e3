using System.Globalization;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Brokers;

/// <summary>A nats-server on a loopback port, with a configuration of its own.</summary>
internal sealed class NatsServer : IAsyncDisposable
{
    /// <param name="configuration">Lines of its configuration file; the certificates are at hand when it speaks TLS.</param>
    /// <param name="tls">Whether it speaks TLS only and asks for the client's certificate.</param>
    /// <param name="isProxied">Whether a proxy stands before it, whose address it names to clients as its own.</param>
    public NatsServer(Func<TestCertificates?, string>? configuration = null, bool tls = false, bool isProxied = false)
    {
        Port = FreePorts.Next();
        Proxy = isProxied ? new FaultProxy(Port) : null;
        Process = new BrokerProcess("nats-server", self => ["-c", Path.Combine(self.Folder, "nats.conf")], "Server is ready");
        Certificates = tls ? new TestCertificates(Process.Folder) : null;
        var encryption = Certificates is { } certificates
            ? $$"""tls { ca_file: "{{certificates.CaFile}}", cert_file: "{{certificates.ServerFile}}", key_file: "{{certificates.ServerKeyFile}}", verify: true }"""
            : "";
        File.WriteAllText(Path.Combine(Process.Folder, "nats.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            listen: "127.0.0.1:{Port}"
            {(Proxy is null ? "" : $"client_advertise: \"127.0.0.1:{Proxy.Port}\"")}
            {encryption}
            {configuration?.Invoke(Certificates)}

            """));
    }

    public int Port { get; }

    public FaultProxy? Proxy { get; }

    /// <summary>Where clients find it: its proxy's port, or its own.</summary>
    public int PublicPort => Proxy?.Port ?? Port;

    public BrokerProcess Process { get; }

    public TestCertificates? Certificates { get; }

    public Task StartAsync() => Process.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        if (Proxy is not null)
        {
            await Proxy.DisposeAsync();
        }
    }
}

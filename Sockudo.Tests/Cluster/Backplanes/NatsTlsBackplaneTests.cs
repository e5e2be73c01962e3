using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver nats over TLS with a private authority, a client's certificate, and the user in the URL as Aspire writes it.</summary>
public sealed class NatsTlsBackplaneTests(NatsTlsBackplaneTests.Deployment broker, ITestOutputHelper output)
    : ProxiedBackplaneConformance<NatsTlsBackplaneTests.Deployment>(broker, output)
{
    [Fact]
    public async Task A_wrong_password_is_said_without_saying_it()
    {
        await using var node = Track(new TestNode(new Deployment(Broker.Server, "wr0ng"), "node"));

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Assert.Contains("cannot reach", node.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", node.Log, StringComparison.Ordinal);
        Output.WriteLine(node.Log);
    }

    public sealed class Deployment : BrokerDeployment
    {
        private const string Password = "p@ss:w/rd%1";

        private readonly string _password;

        public Deployment()
            : this(new NatsServer(static _ => $$"""authorization { user: "nats", password: "{{Password}}" }""", tls: true), Password)
        {
        }

        internal Deployment(NatsServer server, string password)
        {
            Server = server;
            _password = password;
        }

        internal NatsServer Server { get; }

        internal override int? ProxiedPort => Server.Port;

        internal override IReadOnlyList<BrokerProcess> Processes => [Server.Process];

        public override async ValueTask InitializeAsync() => await Server.StartAsync();

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort)
        {
            var options = new NatsBackplaneOptions { Servers = { $"tls://nats:{Uri.EscapeDataString(_password)}@localhost:{proxyPort ?? Server.Port}" } };
            options.Tls.CaFile = Server.Certificates!.CaFile;
            options.Tls.CertificateFile = Server.Certificates.ClientFile;
            options.Tls.KeyFile = Server.Certificates.ClientKeyFile;
            return new NatsConnector(options, metrics, loggers.CreateLogger<NatsConnector>());
        }
    }
}

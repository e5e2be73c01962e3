using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis over TLS with a private authority and a client's certificate, by the connection string that Aspire writes.</summary>
public sealed class RedisTlsBackplaneTests(RedisTlsBackplaneTests.Deployment broker, ITestOutputHelper output)
    : ProxiedBackplaneConformance<RedisTlsBackplaneTests.Deployment>(broker, output)
{
    [Fact]
    public async Task A_server_whose_authority_is_not_trusted_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("sockudo-other-ca-").FullName;
        var other = new TestCertificates(folder);
        await using var node = Track(new TestNode(Broker.Trusting(other.CaFile), "node"));

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_authority_file_that_is_missing_is_a_configuration_that_can_never_work()
    {
        var refusal = Assert.Throws<BrokerConfigurationException>(() => new TestNode(Broker.Trusting("/nowhere/ca.pem"), "node"));

        Assert.Contains("/nowhere/ca.pem", refusal.Message, StringComparison.Ordinal);
    }

    public sealed class Deployment : BrokerDeployment
    {
        private const string Password = "tls-Pa$$word";

        private readonly RedisServer _server;
        private readonly string _caFile;

        public Deployment()
        {
            _server = new RedisServer(["--requirepass", Password], tls: true);
            _caFile = _server.Certificates!.CaFile;
        }

        private Deployment(RedisServer server, string caFile)
        {
            _server = server;
            _caFile = caFile;
        }

        internal override int? ProxiedPort => _server.Port;

        internal override IReadOnlyList<BrokerProcess> Processes => [_server.Process];

        public override async ValueTask InitializeAsync() => await _server.StartAsync();

        internal Deployment Trusting(string caFile) => new(_server, caFile);

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort)
        {
            var options = new RedisConnectionOptions { ConnectionString = $"localhost:{proxyPort ?? _server.Port},password={Password},ssl=true" };
            options.Tls.CaFile = _caFile;
            options.Tls.CertificateFile = _server.Certificates!.ClientFile;
            options.Tls.KeyFile = _server.Certificates.ClientKeyFile;
            return new RedisConnector(new RedisBackplaneOptions(), options, metrics, TimeProvider.System);
        }
    }
}

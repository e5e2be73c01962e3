using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.RedisCluster;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis-cluster over TLS, to learned nodes too: one node is named by <c>rediss://</c>, the other without a scheme and by <c>use_tls</c>.</summary>
public sealed class RedisClusterTlsBackplaneTests(RedisClusterTlsBackplaneTests.Deployment broker, ITestOutputHelper output)
    : RedisClusterConformance<RedisClusterTlsBackplaneTests.Deployment>(broker, output)
{
    [Fact]
    public async Task Without_the_clients_certificate_it_is_an_outage()
    {
        await using var node = Track(new TestNode(new Uncertified(Broker), "node"));

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Output.WriteLine(node.Log);
    }

    public sealed class Deployment : RedisClusterDeployment
    {
        internal override bool IsSharded => false;

        internal override RedisClusterSet Set { get; } = new(tls: true);

        internal override IReadOnlyCollection<string>? ShortCases => TlsCases.Several;

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) =>
            Connect(metrics, showsCertificate: true);

        internal IBrokerConnector Connect(BackplaneMetrics metrics, bool showsCertificate)
        {
            var options = new RedisConnectionOptions { Cluster = { Password = RedisClusterSet.Password, UseTls = true } };
            options.Tls.CaFile = Set.Certificates!.CaFile;
            options.Tls.CertificateFile = showsCertificate ? Set.Certificates.ClientFile : null;
            options.Tls.KeyFile = showsCertificate ? Set.Certificates.ClientKeyFile : null;
            return new RedisClusterConnector(
                new RedisClusterBackplaneOptions { Nodes = { $"rediss://127.0.0.1:{Set.Servers[0].Port}", $"127.0.0.1:{Set.Servers[4].Port}" } },
                options,
                metrics,
                TimeProvider.System);
        }
    }

    private sealed class Uncertified(Deployment broker) : BrokerDeployment
    {
        internal override IReadOnlyList<BrokerProcess> Processes => [];

        public override ValueTask InitializeAsync() => default;

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) =>
            broker.Connect(metrics, showsCertificate: false);
    }
}

using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis over sentinels, which speak TLS like the servers: a private authority and a client's certificate for both.</summary>
public sealed class RedisSentinelTlsBackplaneTests(RedisSentinelTlsBackplaneTests.Deployment broker, ITestOutputHelper output)
    : BackplaneConformance<RedisSentinelTlsBackplaneTests.Deployment>(broker, output)
{
    [Fact]
    public async Task After_the_master_was_killed_all_publish_and_hear_on_the_new_one()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);
        var switched = Task.WhenAll(Broker.Set.Sentinels.Select(static sentinel => sentinel.SeenAgainAsync("+switch-master")));

        await Broker.Set.Master().Process.KillAsync();
        await switched;
        await node.ReachesAsync(Topic, inbox);

        await PublishAllAsync(node, 1, 100);
        await inbox.HasFromAsync(1, 99);
        Assert.Equal(Enumerable.Range(0, 100), inbox.From(1));
    }

    [Fact]
    public async Task Without_the_clients_certificate_it_is_an_outage()
    {
        await using var node = Track(new TestNode(new Deployment(Broker.Set, showsCertificate: false), "node"));

        await node.Backplane.StartAsync(CancellationToken.None);

        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Output.WriteLine(node.Log);
    }

    public sealed class Deployment : BrokerDeployment
    {
        private readonly bool _showsCertificate;

        public Deployment()
            : this(new SentinelSet(tls: true), showsCertificate: true)
        {
        }

        internal Deployment(SentinelSet set, bool showsCertificate) => (Set, _showsCertificate) = (set, showsCertificate);

        internal SentinelSet Set { get; }

        internal override IReadOnlyList<BrokerProcess> Processes => [.. Set.Processes];

        internal override IReadOnlyCollection<string>? ShortCases => TlsCases.Several;

        public override async ValueTask InitializeAsync() => await Set.StartAsync();

        internal override async Task ReviveAsync()
        {
            await base.ReviveAsync();
            await Set.ServesAsync();
        }

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort)
        {
            var options = new RedisConnectionOptions
            {
                SentinelPassword = SentinelSet.SentinelPassword,
                Name = SentinelSet.MasterName,
                Password = SentinelSet.Password,
                ConnectTimeoutMs = 2_000,
            };
            options.Tls.Enabled = true;
            options.Tls.CaFile = Set.Certificates!.CaFile;
            options.Tls.CertificateFile = _showsCertificate ? Set.Certificates.ClientFile : null;
            options.Tls.KeyFile = _showsCertificate ? Set.Certificates.ClientKeyFile : null;
            foreach (var port in Set.SentinelPorts)
            {
                options.Sentinels.Add($"127.0.0.1:{port}");
            }

            return new RedisConnector(new RedisBackplaneOptions(), options, metrics, TimeProvider.System);
        }
    }
}

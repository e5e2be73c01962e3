using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver nats on one server that lets everybody in.</summary>
public sealed class NatsBackplaneTests(NatsBackplaneTests.Deployment broker, ITestOutputHelper output)
    : ProxiedBackplaneConformance<NatsBackplaneTests.Deployment>(broker, output)
{
    public sealed class Deployment : BrokerDeployment
    {
        private readonly NatsServer _server = new();

        internal override int? ProxiedPort => _server.Port;

        internal override int OrderedMessages => 20_000;

        internal override IReadOnlyList<BrokerProcess> Processes => [_server.Process];

        public override async ValueTask InitializeAsync() => await _server.StartAsync();

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new NatsConnector(
            new NatsBackplaneOptions { Servers = { $"127.0.0.1:{proxyPort ?? _server.Port}" } },
            metrics,
            loggers.CreateLogger<NatsConnector>());
    }
}

using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis on one server without a password.</summary>
public sealed class RedisBackplaneTests(RedisBackplaneTests.Deployment broker, ITestOutputHelper output)
    : ProxiedBackplaneConformance<RedisBackplaneTests.Deployment>(broker, output)
{
    public sealed class Deployment : BrokerDeployment
    {
        private readonly RedisServer _server = new();

        internal override int? ProxiedPort => _server.Port;

        internal override int OrderedMessages => 20_000;

        internal override IReadOnlyList<BrokerProcess> Processes => [_server.Process];

        public override async ValueTask InitializeAsync() => await _server.StartAsync();

        internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new RedisConnector(
            new RedisBackplaneOptions(),
            new RedisConnectionOptions { Host = "127.0.0.1", Port = proxyPort ?? _server.Port },
            metrics,
            TimeProvider.System);
    }
}

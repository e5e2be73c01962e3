using Microsoft.Extensions.Logging;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.RedisCluster;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>Three masters and three replicas; two of them are named, the others learned.</summary>
public abstract class RedisClusterDeployment : BrokerDeployment
{
    internal abstract bool IsSharded { get; }

    // Masters that were away for longer than the node timeout lose their slots to replicas that came back before them.
    internal override bool MovesAfterItsReturn => true;

    internal virtual RedisClusterSet Set { get; } = new();

    internal override IReadOnlyList<BrokerProcess> Processes => [.. Set.Servers.Select(static server => server.Process)];

    public override async ValueTask InitializeAsync() => await Set.StartAsync();

    internal override Task ReviveAsync() => Set.ReviveAsync();

    internal override IBrokerConnector Connect(BackplaneMetrics metrics, ILoggerFactory loggers, int? proxyPort) => new RedisClusterConnector(
        new RedisClusterBackplaneOptions
        {
            UseShardedPubSub = IsSharded,
            Nodes =
            {
                $"redis://:{Uri.EscapeDataString(RedisClusterSet.Password)}@127.0.0.1:{Set.Servers[0].Port}",
                $"127.0.0.1:{Set.Servers[4].Port}",
            },
        },
        new RedisConnectionOptions { Password = "not-used" },
        metrics,
        TimeProvider.System);
}

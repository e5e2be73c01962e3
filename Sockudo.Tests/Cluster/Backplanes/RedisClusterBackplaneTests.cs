using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis-cluster with topics that every node hears.</summary>
public sealed class RedisClusterBackplaneTests(RedisClusterBackplaneTests.Deployment broker, ITestOutputHelper output)
    : RedisClusterConformance<RedisClusterBackplaneTests.Deployment>(broker, output)
{
    public sealed class Deployment : RedisClusterDeployment
    {
        internal override bool IsSharded => false;

        internal override int OrderedMessages => 20_000;
    }
}

using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The driver redis-cluster with sharded topics.</summary>
public sealed class RedisShardedBackplaneTests(RedisShardedBackplaneTests.Deployment broker, ITestOutputHelper output)
    : RedisClusterConformance<RedisShardedBackplaneTests.Deployment>(broker, output)
{
    public sealed class Deployment : RedisClusterDeployment
    {
        internal override bool IsSharded => true;
    }
}

using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>What the outside is told in the first moments of a cluster, when nodes have not joined yet.</summary>
public sealed class OutsideScenarios : ClusterScenario
{
    [Fact]
    public void A_transition_of_a_clusters_first_second_is_told_outside_by_exactly_one_node()
    {
        var world = new SimWorld(3, 95);
        world.StartAll();
        world.Run(200);
        Assert.All(world.Nodes, static node => Assert.False(node.Core.IsJoined));
        for (var i = 0; i < 9; i++) Join(world, i % 3, $"news-{i}");
        world.Run(20_000);
        Assert.Equal(
            Enumerable.Range(0, 9).Select(static i => $"channel news-{i} on"),
            world.Nodes.SelectMany(static node => node.Outside.Told).Order());
    }

    [Fact]
    public void A_transition_while_a_node_joins_is_told_outside_by_exactly_one_node()
    {
        var world = new SimWorld(3, 96) { DirectDelayMs = 600, LeastDirectDelayMs = 500 };
        world.Start(0);
        world.Start(1);
        world.Run(20_000);
        Join(world, 0, "before");
        world.Run(10_000);
        world.Start(2);
        world.Run(300);
        for (var i = 0; i < 9; i++) Join(world, i % 2, $"news-{i}");
        world.Run(20_000);
        Assert.Equal(
            Enumerable.Range(0, 9).Select(static i => $"channel news-{i} on").Prepend("channel before on"),
            world.Nodes.SelectMany(static node => node.Outside.Told).Order());
    }
}

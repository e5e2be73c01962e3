using Sockudo.Server.Adapters;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>When a node that starts is ready (design section 2: membership). Timeout 2 s, heartbeat and cleanup 0.5 s.</summary>
public sealed class StartScenarios : ClusterScenario
{
    [Fact]
    public void A_node_alone_is_ready_a_second_after_its_hello_came_back()
    {
        var world = new SimWorld(1, 40);
        var node = world.Start(0);
        world.Run(900);
        var early = node.Core.IsReady(out _);
        world.Run(300);
        Assert.Equal((false, true), (early, node.Core.IsReady(out _)));
    }

    [Fact]
    public void A_probe_before_the_start_does_not_cost_the_connection()
    {
        var world = new SimWorld(1, 43);
        world.Start(0);
        world.Run(1500);
        Assert.Empty(world.Reconnects);
    }

    [Fact]
    public void A_node_that_comes_to_others_is_ready_when_it_has_their_snapshots()
    {
        var world = new SimWorld(3, 41);
        world.Start(0);
        world.Start(1);
        world.Run(3000);
        Join(world, 0, "presence-room", "ada");
        world.Run(100);
        var late = world.Start(2);
        world.Run(150);
        Assert.True(late.Core.IsReady(out var why), why);
    }

    [Fact]
    public void Nodes_that_start_in_one_moment_find_each_other()
    {
        var world = new SimWorld(5, 42);
        world.StartAll();
        world.Run(1500);
        Assert.All(world.Nodes, static node => Assert.Equal(4, node.Core.Status().Nodes.Count(static peer => peer.State == "alive")));
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out _)));
    }

    [Fact]
    public void A_node_that_never_reached_its_broker_serves_alone_only_when_it_is_told_to()
    {
        var strict = new SimWorld(1, 59);
        strict.SetConnected(strict.Start(0), false);
        var lenient = new SimWorld(1, 60, static options => options.FallbackToLocal = true);
        lenient.Filter = strict.Filter = static (_, _, _) => false;
        lenient.SetConnected(lenient.Start(0), false);
        strict.Run(5000);
        lenient.Run(5000);
        Assert.Equal((HealthState.Error, HealthState.Degraded), (strict.Nodes[0].Adapter.Health.State, lenient.Nodes[0].Adapter.Health.State));
    }
}

using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>Proof of delivery: who hears and is heard, and what a node does that is not (design section 2: membership and proof). Timeout 2 s, heartbeat and cleanup 0.5 s.</summary>
public sealed class ProofScenarios : ClusterScenario
{
    [Fact]
    public void A_connection_made_after_an_outage_is_not_replaced_before_anything_could_come_back_over_it()
    {
        var world = Settled(new SimWorld(3, 67));
        foreach (var node in world.Nodes) world.SetConnected(node, false);
        world.Run(5000);
        foreach (var node in world.Nodes) world.SetConnected(node, true);
        world.Run(2000);
        Assert.Empty(world.Reconnects);
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out _)));
    }

    [Fact]
    public void A_node_that_hears_only_itself_is_not_ready_declares_nobody_dead_at_the_timeout_and_wants_another_connection()
    {
        var world = Settled(new SimWorld(3, 49));
        Join(world, 1, "presence-room", "ada");
        world.Run(500);
        Cut(world, 0, 1);
        world.Run(3000);
        var (isReady, members) = (world.Nodes[0].Core.IsReady(out _), Members(world.Nodes[0], world, "presence-room"));
        Cut(world, 0, 0);
        world.Run(2500);
        Assert.Equal((false, "ada"), (isReady, members));
        Assert.Contains(world.Reconnects, static reconnect => reconnect.Contains(" 0 ", StringComparison.Ordinal));
        Assert.Equal(0, world.Nodes[0].Core.Counters.Deaths);
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out _)));
    }

    [Fact]
    public void A_node_whose_peers_do_not_hear_it_is_not_proven_though_its_own_heartbeats_come_back()
    {
        var world = Settled(new SimWorld(3, 51));
        world.Run(500);
        world.SetLoss(0, 1, 1);
        world.SetLoss(0, 2, 1);
        world.Run(2500);
        var isReady = world.Nodes[0].Core.IsReady(out var why);
        Assert.False(isReady);
        Assert.Contains("does not hear this node", why, StringComparison.Ordinal);
        Assert.Equal(0, world.Nodes[0].Core.Counters.Deaths);
    }

    [Fact]
    public void When_all_of_two_or_more_fall_silent_at_once_deaths_wait_one_more_timeout()
    {
        var world = Settled(new SimWorld(3, 50));
        world.Run(500);
        Cut(world, 0, 1);
        world.Run(3900);
        var early = world.Nodes[0].Core.Counters.Deaths;
        world.Run(1000);
        Assert.Equal((0, 2), (early, world.Nodes[0].Core.Counters.Deaths));
    }

    [Fact]
    public void A_node_that_one_peer_does_not_hear_but_another_does_is_not_declared_dead()
    {
        var world = Settled(new SimWorld(3, 52));
        Join(world, 0, "presence-room", "ada");
        world.Run(500);
        world.SetLoss(0, 1, 1);
        world.Run(6000);
        Assert.Equal("ada", Members(world.Nodes[1], world, "presence-room"));
        Assert.Equal(0, world.Nodes[1].Core.Counters.Deaths);
    }

    [Fact]
    public void A_partition_heals_to_the_truth_and_members_were_told_gone_and_back()
    {
        var world = Settled(new SimWorld(4, 54));
        var ada = Join(world, 0, "presence-room", "ada");
        Join(world, 1, "presence-room", "bob");
        Join(world, 2, "presence-room", "cyd");
        Join(world, 3, "presence-room", "dan");
        world.Run(500);
        Halve(world, 1);
        world.Run(6000);
        var apart = string.Join(' ', ada.Find("presence-room")!.Members.Order());
        Publish(world, 1, "presence-room", 5);
        Halve(world, 0);
        world.Run(3000);
        Assert.Equal("ada cyd", apart);
        Assert.All(world.Nodes, node => Assert.Equal("ada bob cyd dan", Members(node, world, "presence-room")));
        Assert.Equal(["ada", "bob", "cyd", "dan"], ada.Find("presence-room")!.Members.Order());
        Assert.Equal(Enumerable.Range(0, 5), Received(ada, "presence-room", world.Nodes[1]));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void While_the_broker_is_away_nobody_is_ready_nobody_is_declared_dead_and_delivery_here_goes_on()
    {
        var world = Settled(new SimWorld(3, 53));
        Join(world, 1, "presence-room", "ada");
        var client = Join(world, 0, "news");
        world.Run(500);
        foreach (var node in world.Nodes) world.SetConnected(node, false);
        world.Run(1100);
        var isReady = world.Nodes[0].Core.IsReady(out _);
        world.Run(10_000);
        Publish(world, 0, "news");
        world.Run(100);
        var received = Received(client, "news", world.Nodes[0]).Count;
        foreach (var node in world.Nodes) world.SetConnected(node, true);
        world.Run(2000);
        Assert.Equal((false, 1), (isReady, received));
        Assert.All(world.Nodes, node => Assert.Equal("ada", Members(node, world, "presence-room")));
        Assert.All(world.Nodes, static node => Assert.Equal((0L, true), (node.Core.Counters.Deaths, node.Core.IsReady(out _))));
    }

    private static void Cut(SimWorld world, int node, double loss)
    {
        for (var i = 0; i < world.Nodes.Length; i++)
        {
            if (i == node) continue;
            world.SetLoss(i, node, loss);
            world.SetLoss(node, i, loss);
        }
    }

    private static void Halve(SimWorld world, double loss)
    {
        for (var i = 0; i < world.Nodes.Length; i++)
        {
            for (var j = 0; j < world.Nodes.Length; j++)
            {
                if (i % 2 != j % 2) world.SetLoss(i, j, loss);
            }
        }
    }
}

using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>Who is declared dead, by whom, and what goes with it; goodbye and return (design section 2: membership). Timeout 2 s, heartbeat and cleanup 0.5 s.</summary>
public sealed class DeathScenarios : ClusterScenario
{
    private const int DeathBoundMs = 2600;

    [Fact]
    public void A_killed_nodes_members_are_gone_within_timeout_and_cleanup_and_each_is_told_once()
    {
        var world = Settled(new SimWorld(3, 43));
        var watcher = Join(world, 1, "presence-room", "eve");
        Join(world, 0, "presence-room", "ada");
        Join(world, 0, "presence-room", "bob");
        world.Run(1000);
        world.Crash(world.Nodes[0]);
        world.Run(1400);
        var tooEarly = watcher.Find("presence-room")!.Members.Count;
        world.Run(DeathBoundMs - 1400);
        Assert.Equal(3, tooEarly);
        Assert.Equal(["eve"], watcher.Find("presence-room")!.Members);
        Assert.All(world.Nodes[1..], static node => Assert.Equal(1, node.Observer.Told.Count(static told => told == "member ada of presence-room off")));
        Assert.All(world.Nodes[1..], static node => Assert.True(node.Core.IsReady(out _)));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void The_survivor_of_two_nodes_declares_the_other_dead_and_stays_ready()
    {
        var world = Settled(new SimWorld(2, 44));
        Join(world, 0, "presence-room", "ada");
        world.Run(1000);
        world.Crash(world.Nodes[0]);
        for (var i = 0; i < 30; i++)
        {
            world.Run(100);
            Assert.True(world.Nodes[1].Core.IsReady(out var why), why);
        }

        Assert.Empty(Members(world.Nodes[1], world, "presence-room"));
    }

    [Fact]
    public void A_node_that_stops_in_order_is_gone_at_once_everywhere()
    {
        var world = Settled(new SimWorld(3, 45));
        Join(world, 0, "presence-room", "ada");
        Join(world, 0, "news");
        world.Run(500);
        world.Stop(world.Nodes[0]);
        world.Run(200);
        Assert.All(world.Nodes[1..], node => Assert.Empty(node.Channels.All));
        Assert.All(world.Nodes[1..], static node => Assert.Equal("left", node.Core.Status().Nodes.Single(static peer => peer.Label == "node-0").State));
        Assert.All(world.Nodes[1..], static node => Assert.Equal(0, node.Core.Counters.Lost));
    }

    [Fact]
    public void A_goodbye_takes_what_the_node_did_not_take_back_itself()
    {
        var world = Settled(new SimWorld(2, 46));
        Join(world, 0, "presence-room", "ada");
        world.Run(500);
        world.Do(world.Nodes[0], static node => node.Core.Leave());
        world.Run(50);
        Assert.Empty(Members(world.Nodes[1], world, "presence-room"));
    }

    [Fact]
    public void A_node_frozen_for_longer_than_the_timeout_finds_its_members_restored_everywhere_and_missed_nothing()
    {
        var world = Settled(new SimWorld(3, 47));
        var watcher = Join(world, 1, "presence-room", "eve");
        var ada = Join(world, 0, "presence-room", "ada");
        world.Run(500);
        SimWorld.Pause(world.Nodes[0]);
        world.Run(500);
        Publish(world, 1, "presence-room", 20);
        world.Run(4000);
        var meanwhile = string.Join(' ', watcher.Find("presence-room")!.Members);
        world.Resume(world.Nodes[0]);
        world.Run(2000);
        Assert.Equal("eve", meanwhile);
        Assert.All(world.Nodes, node => Assert.Equal("ada eve", Members(node, world, "presence-room")));
        Assert.Equal(["ada", "eve"], ada.Find("presence-room")!.Members.Order());
        Assert.Equal(Enumerable.Range(0, 20), Received(ada, "presence-room", world.Nodes[1]));
        Assert.Equal(0, world.Nodes[0].Core.Counters.Deaths);
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void An_entry_does_not_revive_a_dead_node()
    {
        var world = Settled(new SimWorld(3, 48));
        byte[]? batch = null;
        world.Filter = (from, topic, bytes) =>
        {
            if (from.Index != 0 || bytes[6] != (byte)MessageKind.Batch) return true;
            batch = bytes;
            return false;
        };
        Join(world, 0, "presence-room", "ada");
        world.Run(100);
        world.Crash(world.Nodes[0]);
        world.Run(DeathBoundMs);
        world.Nodes[1].Core.Receive(batch);
        Assert.Empty(Members(world.Nodes[1], world, "presence-room"));
        Assert.Equal("dead", world.Nodes[1].Core.Status().Nodes.Single(static node => node.Label == "node-0").State);
    }

    [Fact]
    public void A_heartbeat_that_comes_again_does_not_revive_a_dead_node()
    {
        var world = Settled(new SimWorld(3, 62));
        byte[]? heartbeat = null;
        world.Filter = (from, topic, bytes) =>
        {
            if (from.Index == 0 && bytes[6] == (byte)MessageKind.Heartbeat) heartbeat = bytes;
            return true;
        };
        world.Run(1000);
        world.Crash(world.Nodes[0]);
        world.Run(DeathBoundMs);
        world.Nodes[1].Core.Receive(heartbeat);
        Assert.Equal("dead", world.Nodes[1].Core.Status().Nodes.Single(static node => node.Label == "node-0").State);
    }

    [Fact]
    public void The_first_node_to_reach_a_returning_broker_does_not_declare_the_second_dead()
    {
        var world = Settled(new SimWorld(2, 63));
        Join(world, 1, "presence-room", "ada");
        world.Run(500);
        foreach (var node in world.Nodes) world.SetConnected(node, false);
        world.Run(10_000);
        world.SetConnected(world.Nodes[0], true);
        world.Run(1500);
        var members = Members(world.Nodes[0], world, "presence-room");
        world.SetConnected(world.Nodes[1], true);
        world.Run(2000);
        Assert.Equal(("ada", 0L), (members, world.Nodes[0].Core.Counters.Deaths));
    }

    [Fact]
    public void With_cluster_health_disabled_nobody_is_declared_dead()
    {
        var world = new SimWorld(2, 55);
        world.Health.Enabled = false;
        Settled(world);
        Join(world, 0, "presence-room", "ada");
        world.Run(500);
        world.Crash(world.Nodes[0]);
        world.Run(10_000);
        Assert.Equal("ada", Members(world.Nodes[1], world, "presence-room"));
    }

    [Fact]
    public void A_process_restarted_under_its_label_is_another_node_and_the_old_ones_ghosts_go_by_the_timeout()
    {
        var world = Settled(new SimWorld(2, 56));
        Join(world, 0, "presence-room", "ada");
        world.Run(500);
        world.Crash(world.Nodes[0]);
        world.Run(100);
        var restarted = world.Start(0);
        world.Run(1500);
        Join(world, 0, "presence-room", "bob");
        world.Run(DeathBoundMs);
        Assert.Equal("bob", Members(world.Nodes[1], world, "presence-room"));
        Assert.Equal("bob", Members(restarted, world, "presence-room"));
    }
}

using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>Start, proof of delivery, death, goodbye, ownership (design section 2: membership and proof, once per cluster). Timeout 2 s, heartbeat and cleanup 0.5 s.</summary>
public sealed class MembershipScenarios : ClusterScenario
{
    private const int DeathBoundMs = 2600;

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

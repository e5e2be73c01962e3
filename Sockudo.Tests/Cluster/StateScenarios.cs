using System.Text;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>Presence, counts, lists, users and last events from the merged view (design section 2: absolute state, transitions).</summary>
public sealed class StateScenarios : ClusterScenario
{
    [Fact]
    public void Members_of_every_node_are_in_the_first_list_and_each_join_is_told_once()
    {
        var world = Settled(new SimWorld(3, 20));
        var ada = Join(world, 0, "presence-room", "ada");
        world.Run(100);
        var bob = Join(world, 1, "presence-room", "bob");
        world.Run(100);
        Assert.Equal(["ada", "bob"], bob.Find("presence-room")!.Members.Order());
        Assert.Equal(["ada", "bob"], ada.Find("presence-room")!.Members.Order());
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void A_user_on_two_nodes_is_one_member_until_the_last_connection_goes()
    {
        var world = Settled(new SimWorld(3, 21));
        var watcher = Join(world, 2, "presence-room", "eve");
        var first = Join(world, 0, "presence-room", "ada");
        var second = Join(world, 1, "presence-room", "ada");
        world.Run(100);
        world.Disconnect(world.Nodes[0], first);
        world.Run(100);
        var between = string.Join(' ', watcher.Find("presence-room")!.Members.Order());
        world.Disconnect(world.Nodes[1], second);
        world.Run(200);
        Assert.Equal(("ada eve", "eve"), (between, string.Join(' ', watcher.Find("presence-room")!.Members)));
        Assert.Equal(["member ada of presence-room on", "member ada of presence-room off"], world.Nodes[2].Observer.Told.Where(static told => told.Contains("ada", StringComparison.Ordinal)));
    }

    [Fact]
    public void Churn_of_subscriptions_causes_no_request_between_nodes()
    {
        var world = Settled(new SimWorld(3, 22));
        var before = world.Nodes.Sum(static node => node.Core.Counters.RequestsSent);
        for (var i = 0; i < 200; i++)
        {
            var client = Join(world, i % 3, $"presence-{i % 20}", $"user-{i % 7}");
            world.Run(3);
            if (i % 2 == 0) world.Disconnect(world.Nodes[i % 3], client);
        }

        world.Run(500);
        Assert.Equal(0, world.Nodes.Sum(static node => node.Core.Counters.RequestsSent) - before);
        Assert.All(world.Nodes, node => Assert.Equal(100, node.Adapter.ConnectionCount(world.App)));
    }

    [Fact]
    public void A_channel_is_occupied_once_in_the_cluster_and_vacated_with_its_last_subscription_anywhere()
    {
        var world = Settled(new SimWorld(3, 23));
        var first = Join(world, 0, "news");
        world.Run(100);
        var second = Join(world, 1, "news");
        world.Run(100);
        world.Disconnect(world.Nodes[0], first);
        world.Run(100);
        Assert.All(world.Nodes, static node => Assert.Equal(["channel news on"], node.Observer.Told));
        world.Disconnect(world.Nodes[1], second);
        world.Run(100);
        Assert.All(world.Nodes, static node => Assert.Equal(["channel news on", "channel news off"], node.Observer.Told));
        Assert.All(world.Nodes, static node => Assert.Empty(node.Channels.All));
    }

    [Fact]
    public void The_last_writer_decides_a_users_info_on_every_node()
    {
        var world = Settled(new SimWorld(3, 24));
        Join(world, 0, "presence-room", "ada", """{"name":"old"}""");
        world.Run(100);
        Join(world, 1, "presence-room", "ada", """{"name":"new"}""");
        world.Run(100);
        foreach (var node in world.Nodes)
        {
            var info = node.Channels.Find(world.App, "presence-room")!.MemberInfo("ada");
            Assert.Equal("""{"name":"new"}""", Encoding.UTF8.GetString(info!));
        }
    }

    [Fact]
    public void A_late_node_learns_members_counts_users_and_last_events_and_tells_nobody_of_them()
    {
        var world = new SimWorld(3, 25);
        world.Start(0);
        world.Start(1);
        world.Run(3000);
        var ada = Join(world, 0, "presence-room", "ada");
        Join(world, 1, "news");
        world.Do(world.Nodes[0], node => node.Adapter.SignIn(ada.Connection, "ada"));
        Publish(world, 1, "cache-scores");
        world.Run(200);
        var late = world.Start(2);
        world.Run(1000);
        Assert.True(late.Core.IsReady(out var why), why);
        Assert.Equal("ada", Members(late, world, "presence-room"));
        Assert.Equal((1, 2), (late.Adapter.Occupancy(world.App, "news").SubscriptionCount, late.Adapter.ConnectionCount(world.App)));
        Assert.True(late.Users.IsOnline(world.App.Id, "ada"));
        Assert.NotNull(late.Adapter.LastEvent(world.App, "cache-scores"));
        Assert.Equal(["user ada on"], late.Observer.Told);
    }

    [Fact]
    public void The_last_event_of_a_cache_channel_is_the_same_everywhere_though_two_nodes_wrote_it_at_once()
    {
        var world = Settled(new SimWorld(3, 26));
        for (var round = 0; round < 10; round++)
        {
            Publish(world, 0, "cache-scores");
            Publish(world, 1, "cache-scores");
            Publish(world, 2, "cache-scores");
            world.Run(100);
            var last = world.Nodes[0].Adapter.LastEvent(world.App, "cache-scores")!.Json.ToArray();
            Assert.All(world.Nodes, node => Assert.Equal(last, node.Adapter.LastEvent(world.App, "cache-scores")!.Json.ToArray()));
        }
    }

    [Fact]
    public void The_connection_limit_counts_every_node()
    {
        var world = Settled(new SimWorld(2, 27) { App = new() { Id = "sim", Key = "key", Secret = "secret", MaxConnections = 3 } });
        world.Connect(world.Nodes[0]);
        world.Connect(world.Nodes[0]);
        world.Run(100);
        world.Connect(world.Nodes[1]);
        world.Connect(world.Nodes[1]);
        world.Run(100);
        world.Connect(world.Nodes[0]);
        Assert.Equal((2, 1), (world.Nodes[0].Clients.Count, world.Nodes[1].Clients.Count));
    }

    [Fact]
    public void Without_counting_the_edges_stay_right_and_counts_are_the_nodes_own()
    {
        var world = Settled(new SimWorld(2, 28) { CountsSubscriptions = false, App = new() { Id = "sim", Key = "key", Secret = "secret", MaxConnections = 3 } });
        SimClient[] clients = [Join(world, 0, "news"), Join(world, 0, "news"), Join(world, 0, "news")];
        world.Run(100);
        var listed = world.Nodes[1].Adapter.Channels(world.App, "").Single();
        Assert.Equal((true, 0, 3), (listed.IsOccupied, listed.SubscriptionCount, world.Nodes[0].Adapter.Occupancy(world.App, "news").SubscriptionCount));
        Assert.Equal((0, 3), (world.Nodes[1].Adapter.ConnectionCount(world.App), world.Nodes[0].Adapter.ConnectionCount(world.App)));
        foreach (var client in clients) world.Disconnect(world.Nodes[0], client);
        world.Run(100);
        Assert.Equal(["channel news on", "channel news off"], world.Nodes[1].Observer.Told);
    }

    [Fact]
    public void A_user_who_moves_to_another_node_within_the_grace_causes_no_member_event()
    {
        var world = Settled(new SimWorld(3, 29, static options => options.LeaveGraceMs = 1000));
        Join(world, 2, "presence-room", "eve");
        var ada = Join(world, 0, "presence-room", "ada");
        world.Run(100);
        world.Disconnect(world.Nodes[0], ada);
        world.Run(600);
        var back = Join(world, 1, "presence-room", "ada");
        world.Run(3000);
        Assert.All(world.Nodes, static node => Assert.DoesNotContain("member ada of presence-room off", node.Observer.Told));
        world.Disconnect(world.Nodes[1], back);
        world.Run(1300);
        Assert.All(world.Nodes, static node => Assert.Equal(1, node.Observer.Told.Count(static told => told == "member ada of presence-room off")));
    }

    [Fact]
    public void A_channel_whose_last_member_is_in_its_grace_is_forgotten_after_it()
    {
        var world = Settled(new SimWorld(2, 30, static options => options.LeaveGraceMs = 500));
        var ada = Join(world, 0, "presence-room", "ada");
        world.Run(100);
        world.Disconnect(world.Nodes[0], ada);
        world.Run(1000);
        Assert.All(world.Nodes, static node => Assert.Empty(node.Channels.All));
    }

    [Fact]
    public void A_signed_in_user_is_online_while_any_node_has_a_socket_of_it()
    {
        var world = Settled(new SimWorld(2, 31));
        var first = world.Connect(world.Nodes[0]);
        var second = world.Connect(world.Nodes[1]);
        world.Do(world.Nodes[0], node => node.Adapter.SignIn(first.Connection, "ada"));
        world.Do(world.Nodes[1], node => node.Adapter.SignIn(second.Connection, "ada"));
        world.Run(100);
        world.Disconnect(world.Nodes[0], first);
        world.Run(100);
        Assert.All(world.Nodes, static node => Assert.Equal(["user ada on"], node.Observer.Told));
        world.Disconnect(world.Nodes[1], second);
        world.Run(100);
        Assert.All(world.Nodes, static node => Assert.Equal(["user ada on", "user ada off"], node.Observer.Told));
    }

    [Fact]
    public void A_member_who_leaves_while_a_snapshot_that_names_it_is_on_its_way_does_not_stay_as_a_ghost()
    {
        var world = Settled(new SimWorld(2, 32));
        var ada = Join(world, 0, "presence-room", "ada");
        Join(world, 0, "presence-room", "bob");
        world.Run(500);
        SimWorld.Pause(world.Nodes[0]);
        world.Run(4000);
        List<byte[]> chunks = [];
        world.Filter = (from, topic, bytes) =>
        {
            if (from.Index != 0 || bytes[6] != (byte)MessageKind.SnapshotChunk) return true;
            chunks.Add(bytes);
            return false;
        };
        world.Resume(world.Nodes[0]);
        world.Run(150);
        world.Filter = static (_, _, _) => true;
        world.Disconnect(world.Nodes[0], ada);
        world.Run(20);
        world.Nodes[1].Core.Receive(Assert.Single(chunks));
        Assert.Equal("bob", Members(world.Nodes[1], world, "presence-room"));
    }

    [Fact]
    public void Who_came_and_went_while_a_node_was_cut_off_is_not_told_there_when_it_catches_up()
    {
        var world = Settled(new SimWorld(2, 33));
        world.Run(500);
        world.SetLoss(0, 1, 1);
        world.SetLoss(1, 0, 1);
        world.Run(3500);
        var ada = Join(world, 0, "presence-room", "ada");
        world.Run(100);
        world.Disconnect(world.Nodes[0], ada);
        world.Run(100);
        world.SetLoss(0, 1, 0);
        world.SetLoss(1, 0, 0);
        world.Run(2000);
        Assert.True(world.Nodes[1].Core.Counters.Deaths > 0);
        Assert.True(world.Nodes[1].Core.Counters.Repaired > 0);
        Assert.Empty(world.Nodes[1].Observer.Told);
    }
}

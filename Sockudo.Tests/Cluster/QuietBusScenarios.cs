using System.Text;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>What the original asked its peers for and this cluster does not (docs/defects.md).</summary>
public sealed class QuietBusScenarios : ClusterScenario
{
    private const string RichInfo = """{"name":"Ada \"Countess\" Lovelace","roles":["admin",{"of":"rooms","since":1.5e3}],"manager":null,"emoji":"é🙂"}""";

    [Fact]
    public void A_publish_is_one_message_that_nobody_answers()
    {
        var world = Quiet(40);
        var before = world.Published;
        Publish(world, 0, "news");
        world.Run(100);
        Assert.Equal(1, world.Published - before);
    }

    [Fact]
    public void Reading_counts_members_lists_last_events_and_the_status_sends_nothing()
    {
        var world = Quiet(41);
        Join(world, 1, "presence-room", "ada");
        world.Run(100);
        var before = world.Published;
        world.Do(world.Nodes[0], node =>
        {
            Assert.Equal(1, node.Adapter.Occupancy(world.App, "presence-room").UserCount);
            Assert.Equal(["ada"], node.Adapter.Members(world.App, "presence-room"));
            Assert.Single(node.Adapter.Channels(world.App, ""));
            Assert.Null(node.Adapter.LastEvent(world.App, "cache-x"));
            Assert.Equal(1, node.Adapter.ConnectionCount(world.App));
            Assert.Equal(2, node.Core.Status().Nodes.Count);
        });
        world.Run(50);
        Assert.Equal(0, world.Published - before);
    }

    [Fact]
    public void A_node_listens_to_two_topics_however_much_it_asks_for()
    {
        var world = Settled(new SimWorld(3, 42));
        world.SetLoss(0, 1, 0.3);
        Publish(world, 0, "news", 300);
        world.Run(3000);
        Assert.True(world.Nodes[1].Core.Counters.RequestsSent > 2);
        Assert.All(world.Nodes, static node => Assert.Equal(2, node.Core.Topics.Count()));
    }

    [Fact]
    public void An_empty_answer_is_no_incomplete_promise()
    {
        var world = new SimWorld(3, 43);
        world.Start(0);
        world.Start(1);
        world.Run(3000);
        world.Start(2);
        world.Run(3000);
        Assert.All(world.Nodes, static node => Assert.Equal(0, node.Core.Counters.RequestsRepeated));
    }

    [Fact]
    public void A_late_node_gets_members_with_the_richest_user_info_unchanged()
    {
        var world = new SimWorld(2, 44);
        world.Start(0);
        world.Run(3000);
        Join(world, 0, "presence-room", "ada", RichInfo);
        world.Run(100);
        var late = world.Start(1);
        world.Run(3000);
        Assert.Equal(RichInfo, Encoding.UTF8.GetString(late.Channels.Find(world.App, "presence-room")!.MemberInfo("ada")!));
    }

    [Fact]
    public void A_socket_connects_subscribes_and_is_served_while_the_broker_is_away()
    {
        var world = Settled(new SimWorld(2, 45));
        foreach (var node in world.Nodes) world.SetConnected(node, false);
        world.Run(3000);
        var client = Join(world, 0, "news");
        Publish(world, 0, "news");
        world.Run(100);
        Assert.Equal([0], Received(client, "news", world.Nodes[0]));
    }

    // Between two heartbeats nothing is to be sent.
    private static SimWorld Quiet(int seed)
    {
        var world = Settled(new SimWorld(3, seed));
        world.Health.HeartbeatIntervalMs = 60_000;
        world.Run(1000);
        return world;
    }
}

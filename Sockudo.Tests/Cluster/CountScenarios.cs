using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>People and sockets of a presence channel, counted from whichever node is asked.</summary>
public sealed class CountScenarios : ClusterScenario
{
    [Fact]
    public void Three_sockets_of_one_user_and_one_of_another_are_two_people_and_four_sockets_on_every_node()
    {
        var world = Settled(new SimWorld(2, 31));
        Join(world, 0, "presence-room", "u1");
        Join(world, 0, "presence-room", "u1");
        Join(world, 1, "presence-room", "u1");
        Join(world, 1, "presence-room", "u2");
        world.Run(200);

        Assert.All(world.Nodes, node =>
        {
            var asked = node.Adapter.Occupancy(world.App, "presence-room");
            var listed = Assert.Single(node.Adapter.Channels(world.App, "presence-"));
            Assert.Equal((4, 2), (asked.SubscriptionCount, asked.UserCount));
            Assert.Equal((4, 2), (listed.SubscriptionCount, listed.UserCount));
            Assert.Equal("u1 u2", Members(node, world, "presence-room"));
        });
        Assert.Empty(world.Violations);
    }
}

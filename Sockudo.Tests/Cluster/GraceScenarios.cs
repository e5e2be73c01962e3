using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary><c>presence.leave_grace_ms</c> over nodes: a deploy that replaces one node after another is not seen by anybody.</summary>
public sealed class GraceScenarios : ClusterScenario
{
    private const int GraceMs = 2000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Users_who_come_back_on_another_node_while_every_node_is_replaced_cause_no_member_event(bool isKilled)
    {
        var world = Settled(new SimWorld(4, 80, static options => options.LeaveGraceMs = GraceMs));
        var watcher = Join(world, 3, "presence-room", "eve");
        var users = Enumerable.Range(0, 9).ToDictionary(static i => $"user-{i}", i => Join(world, i % 3, "presence-room", $"user-{i}"));
        world.Run(200);
        var before = world.Nodes[3].Observer.Told.Count;
        for (var replaced = 0; replaced < 3; replaced++)
        {
            var node = world.Nodes[replaced];
            string[] moving = [.. users.Where(pair => node.Clients.Contains(pair.Value)).Select(static pair => pair.Key)];
            if (isKilled) world.Crash(node);
            else world.Stop(node);
            world.Run(700);
            foreach (var user in moving) users[user] = Join(world, (replaced + 1) % 3, "presence-room", user);
            world.Run(700);
            world.Start(replaced);
            world.Run(5000);
        }

        Assert.Equal(before, world.Nodes[3].Observer.Told.Count);
        Assert.Equal(users.Keys.Append("eve").Order(), watcher.Find("presence-room")!.Members.Order());
        Assert.Empty(world.Violations);
        Assert.All(world.Nodes, node => Assert.Equal(10, node.Adapter.Members(world.App, "presence-room").Count));
    }

    [Fact]
    public void A_user_who_comes_back_too_late_has_left_and_joined_once_on_every_node()
    {
        var world = Settled(new SimWorld(3, 81, static options => options.LeaveGraceMs = GraceMs));
        Join(world, 2, "presence-room", "eve");
        Join(world, 0, "presence-room", "ada");
        world.Run(200);
        world.Stop(world.Nodes[0]);
        world.Run(GraceMs + 500);
        Join(world, 1, "presence-room", "ada");
        world.Run(500);
        foreach (var node in world.Nodes.Skip(1))
        {
            Assert.Equal(
                ["member ada of presence-room on", "member ada of presence-room off", "member ada of presence-room on"],
                node.Observer.Told.Where(static told => told.Contains("ada", StringComparison.Ordinal)));
        }
    }
}

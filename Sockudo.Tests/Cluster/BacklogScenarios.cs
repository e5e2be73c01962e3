using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>What an outage of the broker held back comes at once and is applied only as fast as clients take it.</summary>
public sealed class BacklogScenarios : ClusterScenario
{
    [Fact]
    public void A_backlog_is_applied_in_slices_while_the_local_queues_have_room()
    {
        var (world, client) = Outage(seed: 41, events: 2_000);
        var taken = Position(world);
        world.Nodes[1].Core.HasRoom = () => Position(world) - taken < 150;
        Reconnect(world);
        var most = 0UL;
        for (var i = 0; i < 40; i++)
        {
            world.Run(100);
            most = Math.Max(most, Position(world) - taken);
            taken = Position(world);
        }

        Assert.InRange(most, 150UL, 250UL);
        Assert.Equal(Enumerable.Range(0, 2_000), Received(client, "news", world.Nodes[0]));
        Assert.All(world.Nodes, static node => Assert.Equal((0, 0), (node.Core.Counters.Lost, node.Core.Counters.Deaths)));
    }

    [Fact]
    public void News_waits_for_no_slow_client()
    {
        var world = Settled(new SimWorld(2, 42));
        var client = Join(world, 1, "news");
        world.Run(100);
        world.Nodes[1].Core.HasRoom = static () => false;
        Publish(world, 0, "news", 500);
        world.Run(200);
        Assert.Equal(500, Received(client, "news", world.Nodes[0]).Count);
    }

    [Fact]
    public void A_client_that_never_reads_holds_a_backlog_up_for_a_second_a_batch_and_no_longer()
    {
        var (world, client) = Outage(seed: 43, events: 300);
        world.Nodes[1].Core.HasRoom = static () => false;
        Reconnect(world);
        world.Run(900);
        Assert.Empty(Received(client, "news", world.Nodes[0]));
        // Of five batches.
        world.Run(6_000);
        Assert.Equal(Enumerable.Range(0, 300), Received(client, "news", world.Nodes[0]));
    }

    [Fact]
    public void What_waits_for_room_is_delivered_when_its_sender_goes()
    {
        var (world, client) = Outage(seed: 44, events: 2_000);
        world.Nodes[1].Core.HasRoom = static () => false;
        Reconnect(world);
        world.Run(500);
        Assert.Empty(Received(client, "news", world.Nodes[0]));
        world.Stop(world.Nodes[0]);
        world.Run(200);
        Assert.Equal(Enumerable.Range(0, 2_000), Received(client, "news", world.Nodes[0]));
    }

    private (SimWorld World, SimClient Client) Outage(int seed, int events)
    {
        var world = Settled(new SimWorld(2, seed));
        var client = Join(world, 1, "news");
        world.Run(700);
        foreach (var node in world.Nodes) world.SetConnected(node, false);
        Publish(world, 0, "news", events);
        world.Run(5_000);
        return (world, client);
    }

    // How far the second node has applied what the first said.
    private static ulong Position(SimWorld world) => world.Nodes[1].Core.Status().Nodes[0].Links[0].Position;

    private static void Reconnect(SimWorld world)
    {
        foreach (var node in world.Nodes) world.SetConnected(node, true);
    }
}

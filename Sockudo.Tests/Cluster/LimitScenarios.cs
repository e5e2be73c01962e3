using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>
/// Limits of the whole cluster are checked against the node's own view, without a round trip: what other nodes admitted and this one
/// has not heard yet is the most by which a limit is overshot (docs/guarantees.md).
/// </summary>
public sealed class LimitScenarios(ITestOutputHelper output) : ClusterScenario
{
    private const int Limit = 60;
    private const int DelayMs = 25;

    [Fact]
    public void Connections_made_on_three_nodes_at_once_overshoot_max_connections_by_at_most_what_is_in_flight()
    {
        var world = Settled(new SimWorld(3, 90) { App = new() { Id = "sim", Key = "key", Secret = "secret", MaxConnections = Limit } });
        SlowDown(world);
        var admitted = new List<(long At, int Node)>();
        Storm(world, admitted, node =>
        {
            var before = node.Clients.Count;
            world.Connect(node);
            return node.Clients.Count > before;
        });

        Report("connections", admitted);
        Assert.All(world.Nodes, node => Assert.Equal(admitted.Count, node.Adapter.ConnectionCount(world.App)));
        AssertRefusedOnceHeard(world, admitted, node =>
        {
            var before = node.Clients.Count;
            world.Connect(node);
            return node.Clients.Count > before;
        });
    }

    [Fact]
    public void Members_joining_on_three_nodes_at_once_overshoot_the_presence_limit_by_at_most_what_is_in_flight()
    {
        var world = Settled(new SimWorld(3, 91) { App = new() { Id = "sim", Key = "key", Secret = "secret", MaxPresenceMembersPerChannel = Limit } });
        SlowDown(world);
        var admitted = new List<(long At, int Node)>();
        var number = 0;
        bool Joined(SimNode node)
        {
            var client = Join(world, node.Index, "presence-room", $"user-{number++}");
            client.Read();
            return client.Find("presence-room")!.Succeeded > 0;
        }

        Storm(world, admitted, Joined);

        Report("members", admitted);
        Assert.All(world.Nodes, node => Assert.Equal(admitted.Count, node.Adapter.Members(world.App, "presence-room").Count));
        AssertRefusedOnceHeard(world, admitted, Joined);
    }

    private static void SlowDown(SimWorld world)
    {
        for (var from = 0; from < 3; from++)
        {
            for (var to = 0; to < 3; to++) world.SetDelay(from, to, DelayMs, DelayMs);
        }
    }

    /// <summary>Tries one on each node every two milliseconds, and holds each admission against what its node can have heard.</summary>
    private static void Storm(SimWorld world, List<(long At, int Node)> admitted, Func<SimNode, bool> tryOne)
    {
        var requests = world.Nodes.Sum(static node => node.Core.Counters.RequestsSent);
        for (var i = 0; i < 100; i++)
        {
            foreach (var node in world.Nodes)
            {
                var now = world.Clock.Now;
                var known = admitted.Count(one => one.Node == node.Index || one.At < now - DelayMs);
                if (!tryOne(node)) continue;
                Assert.True(known < Limit, $"node {node.Index} admitted one at {now} though it knew of {known}");
                admitted.Add((now, node.Index));
            }

            world.Run(2);
        }

        world.Run(200);
        Assert.Equal(requests, world.Nodes.Sum(static node => node.Core.Counters.RequestsSent));
    }

    private static void AssertRefusedOnceHeard(SimWorld world, List<(long At, int Node)> admitted, Func<SimNode, bool> tryOne)
    {
        var last = admitted.Max(static one => one.At);
        var inFlight = admitted.Count(one => one.At >= last - DelayMs);
        Assert.InRange(admitted.Count - Limit, 1, inFlight);
        Assert.All(world.Nodes, node => Assert.False(tryOne(node)));
    }

    private void Report(string what, List<(long At, int Node)> admitted) =>
        output.WriteLine($"{admitted.Count} {what} at a limit of {Limit}, with {DelayMs} ms between nodes and one attempt on each node every 2 ms");
}

using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>What the named scenarios have in common: a settled cluster in virtual time, and short words for what clients do.</summary>
public abstract class ClusterScenario
{
    private readonly Dictionary<int, int> _published = [];

    private protected static SimWorld Settled(SimWorld world)
    {
        world.StartAll();
        world.Run(3000);
        foreach (var node in world.Nodes) Assert.True(node.Core.IsReady(out var why), why);
        return world;
    }

    private protected static SimClient Join(SimWorld world, int node, string channel, string? user = null, string info = "{}")
    {
        var client = world.Connect(world.Nodes[node]);
        world.Do(world.Nodes[node], n => client.Subscribe(n.Adapter, channel, user, world.Clock.Now, info));
        return client;
    }

    private protected void Publish(SimWorld world, int node, string channel, int count = 1, SocketId? except = null, ulong idempotencyKey = 0)
    {
        var from = world.Nodes[node];
        for (var i = 0; i < count; i++)
        {
            var number = _published[from.Origin] = _published.GetValueOrDefault(from.Origin, -1) + 1;
            world.Do(from, n => n.Adapter.Publish(world.App, Name(channel), SimClient.Event(channel, n.Origin, number), except, remember: true, idempotencyKey));
        }
    }

    private protected static ChannelName Name(string channel)
    {
        Assert.True(ChannelName.TryParse(channel, 200, out var name, out _));
        return name;
    }

    private protected static List<int> Received(SimClient client, string channel, SimNode from) =>
        client.Find(channel)!.Received.GetValueOrDefault(from.Origin) ?? [];

    private protected static string Members(SimNode node, SimWorld world, string channel) => string.Join(' ', node.Adapter.Members(world.App, channel).Order());
}

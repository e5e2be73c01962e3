using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.Wire;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

public sealed class RendezvousTests
{
    private static readonly NodeId[] Nodes = [new(11), new(22), new(33), new(44)];
    private static readonly string[] Channels = [.. Enumerable.Range(0, 4000).Select(static i => $"channel-{i}")];

    [Fact]
    public void The_order_in_which_nodes_are_known_does_not_matter() =>
        Assert.All(Channels[..100], static channel => Assert.Equal(Rendezvous.Owner(Nodes, "app", channel), Rendezvous.Owner([.. Nodes.Reverse()], "app", channel)));

    [Fact]
    public void Every_node_gets_about_its_share() =>
        Assert.All(Nodes, static node => Assert.InRange(Channels.Count(channel => Rendezvous.Owner(Nodes, "app", channel) == node), 850, 1150));

    [Fact]
    public void A_node_that_goes_moves_only_its_own_channels()
    {
        var rest = Nodes[..3];
        Assert.All(Channels, channel =>
        {
            var before = Rendezvous.Owner(Nodes, "app", channel);
            if (before != Nodes[3]) Assert.Equal(before, Rendezvous.Owner(rest, "app", channel));
        });
    }

    [Fact]
    public void The_hash_is_the_same_in_every_process() =>
        Assert.Equal([0, 3, 3, 2], Channels[..4].Select(static channel => Array.IndexOf(Nodes, Rendezvous.Owner(Nodes, "app", channel)!.Value)));

    [Fact]
    public void Without_nodes_there_is_no_owner() => Assert.Null(Rendezvous.Owner([], "app", "news"));
}

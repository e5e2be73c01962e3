using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>What the outside (webhooks) is told of what every node sees: once, in order, and the truth in the end.</summary>
public sealed class OutsideScenarios : ClusterScenario
{
    private static readonly string[] Channels = [.. Enumerable.Range(0, 30).Select(static i => $"news-{i}")];

    [Fact]
    public void What_came_is_told_at_once_by_exactly_one_node()
    {
        var world = Settled(new SimWorld(3, 57));
        world.Run(6000);
        foreach (var channel in Channels) Join(world, 1, channel);
        world.Run(200);
        Assert.Equal(Channels.Select(static channel => $"channel {channel} on").Order(), world.Outside.Told.Order());
        world.Run(20_000);
        Assert.Equal(30, world.Outside.Told.Count);
    }

    [Fact]
    public void In_a_cluster_that_has_just_begun_it_is_told_at_once_too()
    {
        var world = Settled(new SimWorld(3, 62));
        foreach (var channel in Channels) Join(world, 1, channel);
        world.Run(1500);
        Assert.Equal(Channels.Select(static channel => $"channel {channel} on").Order(), world.Outside.Told.Order());
        world.Run(30_000);
        Assert.Equal(30, world.Outside.Told.Count);
    }

    [Fact]
    public void What_went_is_told_after_three_seconds()
    {
        var world = Settled(new SimWorld(2, 63));
        world.Run(6000);
        var client = Join(world, 0, "presence-room", "ada");
        world.Run(500);
        world.Disconnect(world.Nodes[0], client);
        world.Run(2800);
        Assert.Equal(["channel presence-room on", "member ada of presence-room on"], world.Outside.Told.Order());
        world.Run(600);
        Assert.Equal(["channel presence-room off", "channel presence-room on", "member ada of presence-room off", "member ada of presence-room on"], world.Outside.Told.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_page_that_reloads_tells_nothing_whichever_node_it_comes_back_to(int back)
    {
        var world = Settled(new SimWorld(2, 58));
        world.Run(6000);
        var client = Join(world, 0, "presence-room", "ada");
        world.Run(1000);
        var before = world.Outside.Told.Count;
        world.Disconnect(world.Nodes[0], client);
        world.Run(2000);
        Join(world, back, "presence-room", "ada");
        world.Run(20_000);
        Assert.Equal(before, world.Outside.Told.Count);
    }

    [Fact]
    public void An_owner_that_dies_within_the_three_seconds_is_replaced_by_another()
    {
        var world = Settled(new SimWorld(3, 61));
        world.Run(6000);
        foreach (var channel in Channels)
        {
            var client = Join(world, 1, channel);
            world.Run(10);
            world.Disconnect(world.Nodes[1], client);
        }

        world.Run(1500);
        var owned = Channels.Count(channel => world.Nodes[2].Core.IsOwner(world.App.Id, channel, 0, 0) == true);
        world.Crash(world.Nodes[2]);
        world.Run(12_000);
        Assert.InRange(owned, 1, 29);
        Assert.Equal(
            Channels.SelectMany(static channel => new[] { $"channel {channel} off", $"channel {channel} on" }).Order(), world.Outside.Told.Order());
    }

    [Fact]
    public void What_was_only_on_a_node_that_died_is_told_to_have_gone()
    {
        var world = Settled(new SimWorld(3, 64));
        world.Run(6000);
        foreach (var channel in Channels) Join(world, 2, channel);
        world.Run(500);
        world.Crash(world.Nodes[2]);
        world.Run(10_000);
        Assert.Empty(world.Outside.On);
        Assert.Equal(60, world.Outside.Told.Count);
    }

    [Fact]
    public void A_node_that_joins_tells_nothing_of_what_was_there()
    {
        var world = new SimWorld(3, 65);
        world.Start(0);
        world.Start(1);
        world.Run(8000);
        foreach (var channel in Channels) Join(world, 0, channel);
        world.Do(world.Nodes[0], node => node.Adapter.SignIn(node.Clients[0].Connection, "ada"));
        world.Run(500);
        world.Start(2);
        world.Run(30_000);
        Assert.Equal(31, world.Outside.Told.Count);
    }

    [Fact]
    public void A_channel_that_moves_to_a_new_owner_is_told_by_one_of_them()
    {
        var world = new SimWorld(3, 66);
        world.Start(0);
        world.Start(1);
        world.Run(8000);
        world.Start(2);

        // The new node becomes an owner about five seconds after its start: channels come and go all along.
        for (var i = 0; i < 400; i++)
        {
            var client = Join(world, i % 2, $"moving-{i}");
            world.Run(20);
            if (i % 2 == 0) world.Disconnect(world.Nodes[0], client);
        }

        world.Run(10_000);
        Assert.InRange(Enumerable.Range(0, 400).Count(i => world.Nodes[2].Core.IsOwner(world.App.Id, $"moving-{i}", 0, 0) == true), 80, 200);
        Assert.Empty(world.Outside.Repeated);
        Assert.Equal(200, world.Outside.On.Count());

        // Some were there for 20 ms while it moved: they may have come and gone before anybody told.
        Assert.InRange(world.Outside.Told.Count, 560, 600);
    }

    [Fact]
    public void Halves_that_heal_leave_the_outside_with_the_truth()
    {
        var world = Settled(new SimWorld(4, 67));
        world.Run(6000);
        for (var i = 0; i < 4; i++) Join(world, i, "presence-room", $"user-{i}");
        world.Run(500);
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++) world.SetLoss(i, j, i % 2 == j % 2 ? 0 : 1);
        }

        world.Run(8000);
        for (var i = 0; i < 4; i++)
        {
            for (var j = 0; j < 4; j++) world.SetLoss(i, j, 0);
        }

        world.Run(12_000);
        Assert.Equal(["channel presence-room", .. Enumerable.Range(0, 4).Select(static i => $"member user-{i} of presence-room")], world.Outside.On.Order());
    }

    [Fact]
    public void What_clients_of_nodes_that_have_not_joined_do_is_told_too()
    {
        var world = new SimWorld(3, 95);
        world.StartAll();
        world.Run(200);
        Assert.All(world.Nodes, static node => Assert.False(node.Core.IsJoined));
        for (var i = 0; i < 9; i++) Join(world, i % 3, $"news-{i}");
        world.Run(20_000);
        Assert.Equal(Enumerable.Range(0, 9).Select(static i => $"channel news-{i} on"), world.Outside.Told.Distinct().Order());
    }

    [Fact]
    public void What_happens_while_a_node_joins_is_told_by_exactly_one_node()
    {
        var world = new SimWorld(3, 96) { DirectDelayMs = 600, LeastDirectDelayMs = 500 };
        world.Start(0);
        world.Start(1);
        world.Run(20_000);
        Join(world, 0, "before");
        world.Run(10_000);
        world.Start(2);
        world.Run(300);
        for (var i = 0; i < 9; i++) Join(world, i % 2, $"news-{i}");
        world.Run(20_000);
        Assert.Equal(Enumerable.Range(0, 9).Select(static i => $"channel news-{i} on").Prepend("channel before on"), world.Outside.Told.Order());
    }

    [Fact]
    public void What_came_went_and_lost_its_owner_before_that_said_so_is_told_to_have_come_and_gone()
    {
        var world = Settled(new SimWorld(3, 97));
        world.Run(6000);
        foreach (var channel in Channels)
        {
            var client = Join(world, 1, channel);
            world.Run(1);
            world.Disconnect(world.Nodes[1], client);
        }

        // The owner's queue has it after 60 ms; it says so 25 ms later at the latest, which here nobody hears any more.
        var owned = Channels.Where(channel => world.Nodes[2].Core.IsOwner(world.App.Id, channel, 0, 0) == true).ToList();
        for (var i = 0; i < 2; i++) world.SetLoss(2, i, 1);
        world.Run(100);
        Assert.All(owned, channel => Assert.Contains("channel " + channel, world.Outside.On));
        world.Crash(world.Nodes[2]);
        world.Run(12_000);

        Assert.InRange(owned.Count, 1, 29);
        Assert.Empty(world.Outside.On);
        var others = Channels.Except(owned).SelectMany(static channel => new[] { $"channel {channel} on", $"channel {channel} off" });
        Assert.Equal(owned.SelectMany(static channel => new[] { $"channel {channel} on", $"channel {channel} on", $"channel {channel} off" }).Concat(others).Order(), world.Outside.Told.Order());
    }

    [Fact]
    public void What_came_and_went_while_its_owner_was_dead_and_nobody_knew_is_told_all_the_same()
    {
        var world = Settled(new SimWorld(3, 98));
        world.Run(6000);
        world.Crash(world.Nodes[2]);
        foreach (var channel in Channels)
        {
            var client = Join(world, 1, channel);
            world.Run(1);
            world.Disconnect(world.Nodes[1], client);
        }

        world.Run(15_000);
        Assert.Equal(Channels.SelectMany(static channel => new[] { $"channel {channel} off", $"channel {channel} on" }).Order(), world.Outside.Told.Order());
    }

    [Theory]
    [InlineData(3200)]
    [InlineData(5200)]
    [InlineData(8000)]
    public void What_went_and_came_back_while_the_broker_was_away_is_on_whatever_others_knew_before(int awayFor)
    {
        var world = Settled(new SimWorld(5, 99));
        world.Run(6000);
        var clients = Channels.Select(channel => Join(world, 1, channel)).ToList();
        world.Run(1000);
        foreach (var client in clients) world.Disconnect(world.Nodes[1], client);
        world.Run(200);
        foreach (var node in world.Nodes) world.SetConnected(node, false);

        // Each owner tells that they went; nobody hears of it, nor that they come back.
        world.Run(3200);
        foreach (var channel in Channels) Join(world, 2, channel);
        world.Run(awayFor);
        foreach (var node in world.Nodes) world.SetConnected(node, true);
        world.Run(20_000);

        Assert.Equal(Channels.Select(static channel => "channel " + channel).Order(), world.Outside.On.Order());
    }
}

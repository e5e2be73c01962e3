using Sockudo.Server.Backplane;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>What a broker does not take: a node never goes mute for it, and is not ready while its stream does not get out. Heartbeat 0.5 s.</summary>
public sealed class BrokerLimitScenarios : ClusterScenario
{
    private const int Large = 64 * 1024;
    private const int Small = 8 * 1024;

    // Of an event's payload: stands in no other.
    private const string Poison = "poison";

    [Fact]
    public void After_the_limit_shrank_batches_are_no_larger_and_everything_that_fits_arrives()
    {
        var world = Settled(new SimWorld(3, 300, static options => options.MaxBatchBytes = 256 * 1024) { MaxMessageBytes = Large });
        var client = Join(world, 1, "news");
        world.Run(500);
        world.SetConnected(world.Nodes[0], false);
        Publish(world, 0, "news", 800);
        world.MaxMessageBytes = Small;
        world.LargestPublished = 0;
        world.SetConnected(world.Nodes[0], true);
        world.Run(2000);
        Assert.Equal(Enumerable.Range(0, 800), Received(client, "news", world.Nodes[0]));
        Assert.InRange(world.LargestPublished, Small / 2, Small);
        AssertReadyWithoutLoss(world, lost: 0);
    }

    [Fact]
    public void The_limit_of_a_publish_follows_the_broker()
    {
        var world = Settled(new SimWorld(2, 301) { MaxMessageBytes = Small });
        var before = world.Nodes[0].Adapter.MaxEventBytes;
        world.MaxMessageBytes = Large;
        Assert.Equal(Large - Small, world.Nodes[0].Adapter.MaxEventBytes - before);
    }

    [Fact]
    public void An_entry_that_became_too_large_after_it_was_numbered_is_one_counted_loss_and_nothing_behind_it_waits()
    {
        var world = Settled(new SimWorld(3, 302) { MaxMessageBytes = Large });
        SimClient[] clients = [Join(world, 1, "news"), Join(world, 2, "news")];
        world.Run(500);
        world.SetConnected(world.Nodes[0], false);
        Publish(world, 0, "news", 5);
        PublishLarge(world, 0, 20_000);
        Publish(world, 0, "news", 5);
        world.MaxMessageBytes = Small;
        world.SetConnected(world.Nodes[0], true);
        world.Run(2000);
        Assert.All(clients, client => Assert.Equal(Enumerable.Range(0, 10), Received(client, "news", world.Nodes[0])));
        Assert.Equal(1, world.Nodes[0].Core.Counters.Unsendable);
        AssertReadyWithoutLoss(world, lost: 1);
    }

    [Fact]
    public void An_entry_the_broker_refuses_for_ever_is_one_counted_loss_and_nothing_behind_it_waits()
    {
        var world = Settled(new SimWorld(3, 303));
        SimClient[] clients = [Join(world, 1, "news"), Join(world, 2, "news")];
        world.Run(500);
        world.Refuses = static (_, message) => message.AsSpan().IndexOf("poison"u8) >= 0 ? PublishResult.Failed : null;
        world.SetConnected(world.Nodes[0], false);
        Publish(world, 0, "news", 5);
        world.Do(world.Nodes[0], node => node.Adapter.Publish(world.App, Name("news"), SimClient.Event("news", 0, 0, name: Poison), null, remember: false));
        Publish(world, 0, "news", 50);
        world.SetConnected(world.Nodes[0], true);
        world.Run(2000);
        Assert.All(clients, client => Assert.Equal(Enumerable.Range(0, 55), Received(client, "news", world.Nodes[0])));
        Assert.Equal(1, world.Nodes[0].Core.Counters.Unsendable);
        AssertReadyWithoutLoss(world, lost: 1);
    }

    [Fact]
    public void An_entry_that_costs_the_connection_each_time_is_given_up_too()
    {
        var world = Settled(new SimWorld(2, 304));
        var client = Join(world, 1, "news");
        world.Run(500);
        world.Refuses = static (_, message) => message.AsSpan().IndexOf("poison"u8) >= 0 ? PublishResult.TimedOut : null;
        world.Do(world.Nodes[0], node => node.Adapter.Publish(world.App, Name("news"), SimClient.Event("news", 0, 0, name: Poison), null, remember: false));
        Publish(world, 0, "news", 5);
        world.Run(20_000);
        Assert.Equal(Enumerable.Range(0, 5), Received(client, "news", world.Nodes[0]));
        AssertReadyWithoutLoss(world, lost: 1);
    }

    [Fact]
    public void A_broker_that_is_away_for_long_costs_no_entry()
    {
        var world = Settled(new SimWorld(2, 305));
        var client = Join(world, 1, "news");
        world.Run(500);
        world.Refuses = static (_, _) => PublishResult.Failed;
        Publish(world, 0, "news", 100);
        world.Run(30_000);
        world.Refuses = static (_, _) => null;
        world.Run(3000);
        Assert.Equal(Enumerable.Range(0, 100), Received(client, "news", world.Nodes[0]));
        AssertReadyWithoutLoss(world, lost: 0);
    }

    [Fact]
    public void A_node_whose_heartbeats_pass_and_whose_stream_does_not_is_not_ready_within_one_heartbeat()
    {
        var world = Settled(new SimWorld(2, 306));
        world.Refuses = static (_, message) => message[KindAt] == BatchKind ? PublishResult.TimedOut : null;
        Publish(world, 0, "news");
        world.Run(world.Health.HeartbeatIntervalMs);
        Assert.False(world.Nodes[0].Core.IsReady(out var why));
        Assert.Contains("broker", why, StringComparison.Ordinal);
        world.Refuses = static (_, _) => null;
        world.Run(1500);
        Assert.True(world.Nodes[0].Core.IsReady(out why), why);
    }

    [Fact]
    public void A_node_that_is_not_ready_for_its_stream_alone_keeps_its_connection_and_what_it_owns()
    {
        var world = Settled(new SimWorld(2, 310));
        world.Run(world.Nodes[0].Core.OwnerAfterMs);
        world.Refuses = static (node, message) => node.Index == 0 && message[KindAt] == BatchKind ? PublishResult.TimedOut : null;
        Publish(world, 0, "news");
        world.Run(1500);
        Assert.False(world.Nodes[0].Core.IsReady(out _));
        Assert.Empty(world.Reconnects);
        Assert.True(world.Nodes[0].Core.Status().ReadyForMs >= world.Nodes[0].Core.OwnerAfterMs);
    }

    [Fact]
    public void A_repair_of_what_the_broker_does_not_take_any_more_ends_with_one_counted_loss()
    {
        var world = Settled(new SimWorld(3, 307) { MaxMessageBytes = Large });
        SimClient[] clients = [Join(world, 1, "news"), Join(world, 2, "news")];
        world.Run(500);
        world.SetLoss(0, 2, 1);
        Publish(world, 0, "news", 300);
        PublishLarge(world, 0, 20_000);
        Publish(world, 0, "news", 300);
        world.Run(200);
        world.MaxMessageBytes = Small;
        world.LargestPublished = 0;
        world.SetLoss(0, 2, 0);
        world.Run(3000);
        Assert.All(clients, client => Assert.Equal(Enumerable.Range(0, 600), Received(client, "news", world.Nodes[0])));
        Assert.Equal((0L, 1L), (world.Nodes[1].Core.Counters.Lost, world.Nodes[2].Core.Counters.Lost));
        Assert.InRange(world.LargestPublished, 1, Small);
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out _)));
    }

    [Fact]
    public void A_snapshot_that_was_begun_with_a_larger_limit_ends_with_the_smaller_and_leaves_out_what_cannot_pass()
    {
        var world = Settled(new SimWorld(2, 308, static options => options.MaxBatchBytes = 256 * 1024) { MaxMessageBytes = Large });
        for (var i = 0; i < 60; i++) Join(world, 0, "presence-room", $"user-{i:00}", $$"""{"text":"{{new string('x', 1500)}}"}""");
        Join(world, 0, "presence-room", "wide", $$"""{"text":"{{new string('x', 20_000)}}"}""");
        world.Run(500);
        world.Crash(world.Nodes[1]);
        world.RoomChance = 0;
        world.Start(1);
        world.Run(60);
        world.MaxMessageBytes = Small;
        world.LargestPublished = 0;
        world.RoomChance = 1;
        world.Run(20_000);
        var members = world.Nodes[1].Adapter.Members(world.App, "presence-room");
        Assert.Equal(60, members.Count(static member => member != "wide"));
        Assert.InRange(world.LargestPublished, 1, Small);
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out var why), why));
    }

    [Fact]
    public void A_broker_that_takes_less_than_32_KiB_makes_no_node_ready_and_the_reason_names_the_setting()
    {
        var world = Settled(new SimWorld(2, 309) { LeastMessageBytes = 32 * 1024 });
        world.MaxMessageBytes = (32 * 1024) - 1;
        Assert.False(world.Nodes[0].Core.IsReady(out var why));
        Assert.Contains("32767", why, StringComparison.Ordinal);
        Assert.Contains("the limit of the simulated broker", why, StringComparison.Ordinal);
        world.MaxMessageBytes = 32 * 1024;
        world.Run(1500);
        Assert.True(world.Nodes[0].Core.IsReady(out why), why);
    }

    // Of the envelope: see EnvelopeScenarios.
    private const int KindAt = 6;
    private const byte BatchKind = 1;

    private static void PublishLarge(SimWorld world, int node, int bytes) => world.Do(world.Nodes[node], n =>
        n.Adapter.Publish(world.App, Name("news"), SimClient.Event("news", 0, 0, bytes, "large"), null, remember: false));

    private static void AssertReadyWithoutLoss(SimWorld world, long lost)
    {
        Assert.All(world.Nodes.Skip(1), node => Assert.Equal(lost, node.Core.Counters.Lost));
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out var why), why));
        Assert.Empty(world.Violations);
    }
}

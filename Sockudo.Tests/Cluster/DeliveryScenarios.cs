using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>Each event once and in order at every subscriber that stayed (design section 2: a node's stream, gap repair).</summary>
public sealed class DeliveryScenarios : ClusterScenario
{
    [Fact]
    public void An_event_reaches_the_subscribers_of_every_node_once_and_not_the_excluded_socket()
    {
        var world = Settled(new SimWorld(3, 1));
        SimClient[] clients = [Join(world, 0, "news"), Join(world, 1, "news"), Join(world, 2, "news")];
        Publish(world, 0, "news", except: clients[2].Connection.Id);
        world.Run(200);
        Assert.Equal([1, 1, 0], clients.Select(client => Received(client, "news", world.Nodes[0]).Count));
    }

    [Fact]
    public void Events_of_two_nodes_each_keep_their_order_at_a_third()
    {
        var world = Settled(new SimWorld(3, 2));
        world.SetDelay(0, 2, 50, 200);
        var client = Join(world, 2, "news");
        for (var i = 0; i < 20; i++)
        {
            Publish(world, 0, "news");
            Publish(world, 1, "news");
            world.Run(7);
        }

        world.Run(1000);
        Assert.Equal(Enumerable.Range(0, 20), Received(client, "news", world.Nodes[0]));
        Assert.Equal(Enumerable.Range(0, 20), Received(client, "news", world.Nodes[1]));
    }

    [Fact]
    public void A_publish_is_sent_though_no_peer_has_a_subscriber_by_our_view()
    {
        var world = Settled(new SimWorld(2, 3));
        world.SetDelay(1, 0, 300, 300);
        var client = Join(world, 1, "news");
        Publish(world, 0, "news");
        world.Run(500);
        Assert.Equal([0], Received(client, "news", world.Nodes[0]));
    }

    [Fact]
    public void A_lost_message_is_asked_for_from_where_the_gap_begins_and_applied_in_order()
    {
        var world = Settled(new SimWorld(2, 4));
        var client = Join(world, 1, "news");
        world.Run(100);
        Publish(world, 0, "news");
        world.Run(50);
        world.SetLoss(0, 1, 1);
        Publish(world, 0, "news", 3);
        world.SetLoss(0, 1, 0);
        Publish(world, 0, "news");
        world.Run(100);
        Assert.Equal([0, 1, 2, 3, 4], Received(client, "news", world.Nodes[0]));
        Assert.Equal((1, 0), (world.Nodes[1].Core.Counters.Gaps, world.Nodes[1].Core.Counters.Lost));
    }

    [Fact]
    public void A_lost_last_message_is_found_by_the_next_heartbeat()
    {
        var world = Settled(new SimWorld(2, 5));
        var client = Join(world, 1, "news");
        world.Run(100);
        world.SetLoss(0, 1, 1);
        Publish(world, 0, "news");
        world.SetLoss(0, 1, 0);
        world.Run(700);
        Assert.Equal([0], Received(client, "news", world.Nodes[0]));
    }

    [Fact]
    public void After_a_broker_outage_nothing_is_missing_or_double_and_nobody_had_to_ask()
    {
        var world = Settled(new SimWorld(4, 6));
        SimClient[] clients = [.. Enumerable.Range(0, 4).Select(i => Join(world, i, "news"))];
        world.Run(700);
        var asked = world.Nodes.Sum(static node => node.Core.Counters.RequestsSent);
        foreach (var node in world.Nodes) world.SetConnected(node, false);
        for (var i = 0; i < 50; i++)
        {
            for (var node = 0; node < 4; node++) Publish(world, node, "news");
            world.Run(100);
        }

        foreach (var node in world.Nodes) world.SetConnected(node, true);
        world.Run(2000);
        foreach (var client in clients)
        {
            foreach (var node in world.Nodes) Assert.Equal(Enumerable.Range(0, 50), Received(client, "news", node));
        }

        // What the origins send again by themselves leaves nothing to ask for.
        Assert.InRange(world.Nodes.Sum(static node => node.Core.Counters.RequestsSent) - asked, 0, 1);
        Assert.All(world.Nodes, static node => Assert.Equal(0, node.Core.Counters.Deaths));
    }

    [Fact]
    public void A_long_gap_is_repaired_while_the_stream_goes_on_and_then_the_asking_ends()
    {
        var world = Settled(new SimWorld(2, 7));
        var client = Join(world, 1, "news");
        world.Run(100);
        world.SetDelay(0, 1, 4, 6);
        world.SetDelay(1, 0, 4, 6);
        world.DirectDelayMs = world.LeastDirectDelayMs = 20;
        world.SetLoss(0, 1, 1);
        Publish(world, 0, "news", 500);
        world.Run(50);
        world.SetLoss(0, 1, 0);
        for (var i = 0; i < 1500; i++)
        {
            Publish(world, 0, "news");
            world.Run(1);
        }

        var received = Received(client, "news", world.Nodes[0]);
        Assert.InRange(received.Count, 1985, 2000);
        Assert.Equal(Enumerable.Range(0, received.Count), received);
        Assert.InRange(world.Nodes[1].Core.Counters.RequestsSent, 5, 20);
    }

    [Fact]
    public void The_next_chunk_waits_until_the_local_queues_have_room()
    {
        var world = Settled(new SimWorld(2, 8));
        var client = Join(world, 1, "news");
        world.Run(100);
        var hasRoom = false;
        world.Nodes[1].Core.HasRoom = () => hasRoom;
        world.SetLoss(0, 1, 1);
        Publish(world, 0, "news", 500);
        world.SetLoss(0, 1, 0);
        world.Run(700);
        var first = Received(client, "news", world.Nodes[0]).Count;
        hasRoom = true;
        world.Run(500);
        Assert.InRange(first, 1, 200);
        Assert.Equal(500, Received(client, "news", world.Nodes[0]).Count);
    }

    [Fact]
    public void What_the_ring_does_not_hold_any_more_is_skipped_and_counted_and_the_state_comes_by_snapshot()
    {
        var world = Settled(new SimWorld(2, 9, static options => options.RingBytes = 8000));
        var client = Join(world, 1, "news");
        world.Run(100);
        world.SetLoss(0, 1, 1);
        var member = Join(world, 0, "presence-room", "ada");
        Publish(world, 0, "news", 300);
        world.SetLoss(0, 1, 0);
        world.Run(1500);
        Publish(world, 0, "news");
        world.Run(200);
        var received = Received(client, "news", world.Nodes[0]);
        var lost = world.Nodes[1].Core.Counters.Lost;
        Assert.Equal(300, received[^1]);
        Assert.InRange(lost, 301 - received.Count, 301 - received.Count + 6);
        Assert.Equal("ada", Members(world.Nodes[1], world, "presence-room"));
        Assert.False(member.Connection.IsClosing);
    }

    [Fact]
    public void An_entry_too_large_for_the_broker_gets_no_sequence()
    {
        var world = Settled(new SimWorld(2, 10) { MaxMessageBytes = 4096 });
        var before = world.Nodes[0].Streams[0].LastAppended;
        var frame = Server.Transport.ServerFrame.Create(Server.Transport.Opcode.Text, new byte[10_000]);
        world.Do(world.Nodes[0], node => node.Adapter.Publish(world.App, Name("news"), frame, null, remember: false));
        Assert.Equal((before, 1), (world.Nodes[0].Streams[0].LastAppended, world.Nodes[0].Streams.Oversized));
        Assert.True(world.Nodes[0].Adapter.MaxEventBytes < 4096);
    }

    [Fact]
    public void An_idempotent_publish_sent_to_two_nodes_is_handed_out_once_on_each()
    {
        var world = Settled(new SimWorld(3, 11));
        SimClient[] clients = [.. Enumerable.Range(0, 3).Select(i => Join(world, i, "news"))];
        world.Run(100);
        Publish(world, 0, "news", idempotencyKey: 77);
        Publish(world, 1, "news", idempotencyKey: 77);
        world.Run(300);
        Assert.All(clients, client => Assert.Equal(1, Received(client, "news", world.Nodes[0]).Count + Received(client, "news", world.Nodes[1]).Count));
    }

    [Fact]
    public void A_frame_to_a_user_reaches_its_sockets_on_every_node()
    {
        var world = Settled(new SimWorld(3, 12));
        var client = world.Connect(world.Nodes[2]);
        world.Do(world.Nodes[2], node => node.Adapter.SignIn(client.Connection, "ada"));
        var frame = Server.Transport.ServerFrame.Create(Server.Transport.Opcode.Text, """{"event":"user-event","data":"hello"}"""u8);
        world.Do(world.Nodes[0], node => node.Adapter.Publish(world.App, Name("#server-to-user-ada"), frame, null, remember: false));
        world.Run(300);
        Assert.Equal(["hello"], client.UserEvents);
    }

    [Fact]
    public void A_terminate_closes_a_users_sockets_everywhere()
    {
        var world = Settled(new SimWorld(3, 13));
        SimClient[] clients = [.. Enumerable.Range(0, 3).Select(i => world.Connect(world.Nodes[i]))];
        for (var i = 0; i < 3; i++) world.Do(world.Nodes[i], node => node.Adapter.SignIn(clients[node.Index].Connection, "ada"));
        world.Run(100);
        world.Do(world.Nodes[1], node => node.Adapter.CloseUser(world.App, "ada", new(Server.Protocol.ErrorCode.Unauthorized, "terminated")));
        world.Run(300);
        Assert.All(clients, static client => Assert.True(client.Connection.IsClosing));
    }

    [Fact]
    public void A_terminate_that_arrives_late_spares_sockets_that_connected_after_it()
    {
        var world = Settled(new SimWorld(2, 14));
        world.SetLoss(0, 1, 1);
        world.Do(world.Nodes[0], node => node.Adapter.CloseUser(world.App, "ada", new(Server.Protocol.ErrorCode.Unauthorized, "terminated")));
        world.Run(400);
        var client = world.Connect(world.Nodes[1]);
        world.Do(world.Nodes[1], node => node.Adapter.SignIn(client.Connection, "ada"));
        world.SetLoss(0, 1, 0);
        world.Run(1500);
        Assert.True(world.Nodes[1].Core.Counters.Repaired > 0);
        Assert.False(client.Connection.IsClosing);
    }

    [Fact]
    public void Four_partitions_keep_each_channels_order_and_all_state()
    {
        var world = Settled(new SimWorld(3, 15, static options => options.Partitions = 4));
        string[] channels = ["a", "b", "c", "d", "e", "presence-f"];
        var clients = channels.Select(channel => Join(world, 2, channel, "ada")).ToArray();
        world.Run(200);
        foreach (var channel in channels) Publish(world, 0, channel, 10);
        world.Run(300);
        Assert.All(channels.Zip(clients), pair => Assert.Equal(10, Received(pair.Second, pair.First, world.Nodes[0]).Count));
        Assert.All(world.Nodes, node => Assert.Equal(channels.Length, node.Adapter.Channels(world.App, "").Count()));
        Assert.All(world.Nodes, node => Assert.Equal(channels.Length, node.Adapter.ConnectionCount(world.App)));
        Assert.True(Enumerable.Range(0, 4).Count(i => world.Nodes[0].Streams[i].LastAppended > 0) > 1);
    }

    [Fact]
    public void Garbage_on_every_topic_is_counted_and_stops_nothing()
    {
        var world = Settled(new SimWorld(2, 16));
        var client = Join(world, 1, "news");
        List<byte[]> seen = [];
        world.Filter = (_, _, bytes) =>
        {
            seen.Add(bytes);
            return true;
        };
        Publish(world, 0, "news", 3);
        world.Run(600);
        world.Filter = static (_, _, _) => true;
        var random = new Random(1);
        foreach (var bytes in seen.ToArray())
        {
            world.Nodes[1].Core.Receive(bytes.AsSpan(0, random.Next(bytes.Length)));
            var damaged = bytes.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
            if (new Envelope(default, 1, null).Open(damaged, out var header, out _) == OpenResult.Opened && header.Kind is MessageKind.Goodbye) continue;
            world.Nodes[1].Core.Receive(damaged);
        }

        var before = Received(client, "news", world.Nodes[0]).Count;
        Publish(world, 0, "news");
        world.Run(3000);
        Assert.True(world.Nodes[1].Core.Counters.Garbage > 0);
        Assert.True(Received(client, "news", world.Nodes[0]).Count > before || world.Nodes[1].Core.Counters.Lost > 0);
    }
}

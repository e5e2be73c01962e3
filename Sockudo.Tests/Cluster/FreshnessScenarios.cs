using System.Security.Cryptography;
using System.Text;
using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Protocol;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>With <c>adapter.cluster_secret</c>: what was recorded of a node is worth nothing once it is gone, whoever hears it, wherever and when.</summary>
public sealed class FreshnessScenarios : ClusterScenario
{
    private const string Secret = "correct horse";
    private const int DeathBoundMs = 2600;

    private readonly List<(string Topic, byte[] Bytes)> _recorded = [];

    [Theory]
    [InlineData(1_000, false)]
    [InlineData(60_000, false)]
    [InlineData(1_000, true)]
    public void What_a_node_said_before_another_started_is_nothing_to_it(int afterMs, bool onOtherTopics)
    {
        var world = Recorded(new SimWorld(3, 201, Authenticated));
        var gone = world.Start(0);
        world.Run(2000);
        SayEverything(world, gone);
        world.Stop(gone);
        world.Run(200);
        var (second, third) = (world.Start(1), world.Start(2));
        world.Run(Math.Max(afterMs, 3000));
        var watchers = new[] { Watch(world, second), Watch(world, third) };
        world.Run(200);

        Replay(world, onOtherTopics, second, third);

        world.Run(300);
        foreach (var (node, watcher) in new[] { second, third }.Zip(watchers)) AssertNothingOf(gone, world, node, watcher);
        Assert.DoesNotContain(second.Core.Status().Nodes.Concat(third.Core.Status().Nodes), static peer => peer.Label == "node-0");
        world.Run(3000);
        Assert.All([second, third], static node => Assert.True(node.Core.IsReady(out var why), why));
        Assert.Empty(world.Violations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_a_dead_node_said_while_this_one_ran_is_nothing_to_it(bool heardItThen)
    {
        var world = Recorded(Settled(new SimWorld(2, 202, Authenticated)));
        var (gone, node) = (world.Nodes[0], world.Nodes[1]);

        // What the broker lost on the way to the node is new to it, and yet a recording.
        if (!heardItThen) world.SetLoss(0, 1, 1);
        SayEverything(world, gone);
        if (!heardItThen) world.Run(DeathBoundMs);
        world.Crash(gone);
        world.SetLoss(0, 1, 0);
        world.Run(2 * DeathBoundMs);
        var watcher = Watch(world, node);
        world.Run(60_000);
        watcher.Read();
        watcher.UserEvents.Clear();
        node.Observer.Told.Clear();

        Replay(world, onOtherTopics: false, node);

        world.Run(300);
        AssertNothingOf(gone, world, node, watcher);
        Assert.Equal("dead", node.Core.Status().Nodes.Single(static peer => peer.Label == "node-0").State);
    }

    [Fact]
    public void Recordings_do_not_keep_a_node_alive_that_was_killed()
    {
        var world = Recorded(Settled(new SimWorld(3, 203, Authenticated)));
        SayEverything(world, world.Nodes[0], closes: false);
        var watcher = Join(world, 1, "presence-room", "eve");
        world.Run(300);
        Assert.Contains("ada", watcher.Find("presence-room")!.Members);
        world.Crash(world.Nodes[0]);
        for (var i = 0; i < DeathBoundMs / 100; i++)
        {
            Replay(world, onOtherTopics: false, world.Nodes[1], world.Nodes[2]);
            world.Run(100);
        }

        Assert.Equal(["eve"], watcher.Find("presence-room")!.Members);
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void A_node_that_forgot_a_dead_one_does_not_take_its_old_answer_for_news()
    {
        // The answer to this node's own question is made for it; too late it is as good as none.
        var world = Recorded(Settled(new SimWorld(2, 204, Authenticated)));
        world.Filter = (from, topic, bytes) =>
        {
            if (from.Index == 1 || !topic.Contains("node-", StringComparison.Ordinal)) return true;
            _recorded.Add((topic, bytes));
            return false;
        };
        var late = world.Start(1);
        world.Run(100);
        world.Crash(world.Nodes[0]);
        world.Run(10_000);
        Replay(world, onOtherTopics: false, late);
        Assert.Contains(_recorded, static message => message.Bytes[6] == (byte)MessageKind.DirectHeartbeat);
        Assert.Empty(late.Core.Status().Nodes);
    }

    [Fact]
    public void A_partition_that_heals_after_the_timeout_gives_everything_back()
    {
        var world = Settled(new SimWorld(2, 205, Authenticated));
        var watcher = Join(world, 1, "presence-room", "eve");
        Join(world, 0, "presence-room", "ada");
        world.Run(500);
        foreach (var (from, to) in new[] { (0, 1), (1, 0) }) world.SetLoss(from, to, 1);
        world.Run(200);
        Publish(world, 0, "presence-room", 20);
        world.Run(6000);
        var meanwhile = string.Join(' ', watcher.Find("presence-room")!.Members);
        foreach (var (from, to) in new[] { (0, 1), (1, 0) }) world.SetLoss(from, to, 0);
        world.Run(2000);
        Assert.Equal("eve", meanwhile);
        Assert.Equal(["ada", "eve"], watcher.Find("presence-room")!.Members.Order());
        Assert.Equal(Enumerable.Range(0, 20), Received(watcher, "presence-room", world.Nodes[0]));
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out var why), why));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void A_node_restarted_at_once_finds_the_others_and_they_find_it()
    {
        var world = Settled(new SimWorld(3, 206, Authenticated));
        Join(world, 1, "presence-room", "ada");
        world.Run(100);
        world.Crash(world.Nodes[0]);
        var restarted = world.Start(0);
        world.Run(1500);
        Assert.True(restarted.Core.IsReady(out var why), why);
        Join(world, 0, "presence-room", "bob");
        world.Run(100);
        Assert.All(world.Nodes, node => Assert.Equal("ada bob", Members(node, world, "presence-room")));
    }

    [Fact]
    public void Nodes_that_start_in_one_moment_find_each_other()
    {
        var world = new SimWorld(5, 207, Authenticated);
        world.StartAll();
        world.Run(1500);
        Assert.All(world.Nodes, static node => Assert.Equal(4, node.Core.Status().Nodes.Count(static peer => peer.State == "alive")));
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out _)));
    }

    [Fact]
    public void A_recorded_hello_is_answered_ten_times_a_second_and_no_more()
    {
        var world = Recorded(new SimWorld(2, 208, Authenticated));
        var gone = world.Start(0);
        world.Run(50);
        world.Crash(gone);
        var node = world.Start(1);
        world.Run(3000);
        var before = world.Published;
        for (var i = 0; i < 1000; i++)
        {
            Replay(world, onOtherTopics: false, node);
            world.Run(1);
        }

        // Two heartbeats of its own a second, and of what it says to the dead one the snapshot beside each answer.
        Assert.InRange(world.Published - before, 1, 30);
    }

    [Fact]
    public void A_node_of_the_version_before_is_refused_with_one_line_that_names_the_order_of_the_upgrade()
    {
        var logs = new LogTap();
        var world = new SimWorld(1, 209, Authenticated) { Logs = logs };
        var node = world.Start(0);
        for (var i = 0; i < 3; i++) node.Core.Receive(OfTheVersionBefore());
        var error = Assert.Single(logs.Errors);
        Assert.Contains("adapter.cluster_secret_accept_v1", error, StringComparison.Ordinal);
        Assert.Empty(node.Core.Status().Nodes);
    }

    [Fact]
    public void A_node_of_the_version_before_is_admitted_where_that_is_allowed()
    {
        var world = new SimWorld(1, 210, static options => (options.Secret, options.AcceptSecretV1) = (Secret, true));
        var node = world.Start(0);
        node.Core.Receive(OfTheVersionBefore());
        Assert.Equal("alive", Assert.Single(node.Core.Status().Nodes).State);
    }

    [Fact]
    public void A_node_that_admits_the_version_before_and_one_that_does_not_understand_each_other()
    {
        var world = new SimWorld(2, 211, static options => (options.Secret, options.AcceptSecretV1) = (Secret, true));
        world.Start(0);
        world.Configure = Authenticated;
        world.Start(1);
        world.Run(3000);
        Join(world, 0, "presence-room", "ada");
        Join(world, 1, "presence-room", "bob");
        world.Run(100);
        Assert.All(world.Nodes, node => Assert.Equal("ada bob", Members(node, world, "presence-room")));
        Assert.All(world.Nodes, static node => Assert.True(node.Core.IsReady(out var why), why));
    }

    private static void Authenticated(ClusterOptions options) => options.Secret = Secret;

    private static SimClient Watch(SimWorld world, SimNode node)
    {
        var watcher = Join(world, node.Index, "private-orders");
        world.Do(node, n => watcher.Subscribe(n.Adapter, "presence-room", "eve", world.Clock.Now));
        world.Do(node, n => n.Adapter.SignIn(watcher.Connection, "u1"));
        return watcher;
    }

    private static byte[] OfTheVersionBefore()
    {
        var writer = new WireWriter(default);
        var plain = new Envelope(new NodeId(77), 1, null);
        plain.Begin(ref writer, MessageKind.Heartbeat, 0);
        new HeartbeatMessage
        {
            Number = 1,
            Label = "old",
            Version = "0",
            UptimeMs = 5000,
            ReadyForMs = 1000,
            HasEcho = true,
            LastSent = 0,
            RingStart = 1,
            SnapshotNonce = 0,
            Peers = [],
        }.Write(ref writer);
        var message = plain.End(ref writer);
        (message[5], message[7]) = (0, 1);
        return [.. message, .. HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), message)];
    }

    private SimWorld Recorded(SimWorld world)
    {
        world.Filter = (_, topic, bytes) =>
        {
            _recorded.Add((topic, bytes));
            return true;
        };
        return world;
    }

    private void SayEverything(SimWorld world, SimNode node, bool closes = true)
    {
        var client = Join(world, node.Index, "presence-room", "ada");
        world.Do(node, n => client.Subscribe(n.Adapter, "private-orders", null, world.Clock.Now));
        world.Do(node, n => n.Adapter.SignIn(client.Connection, "u1"));
        Publish(world, node.Index, "private-orders", 3);
        world.Do(node, n => n.Adapter.Publish(world.App, Name("#server-to-user-u1"), SimClient.Event("#server-to-user-u1", 0, 0, name: "user-event"), null, false));
        world.Run(100);
        if (closes) world.Do(node, n => n.Adapter.CloseUser(world.App, "u1", new PusherError(ErrorCode.Unauthorized, "terminated")));
        if (closes) Join(world, node.Index, "presence-room", "ada");
        world.Run(700);
    }

    private void Replay(SimWorld world, bool onOtherTopics, params SimNode[] nodes)
    {
        foreach (var (topic, bytes) in _recorded.ToArray())
        {
            foreach (var node in nodes)
            {
                if (onOtherTopics || node.Topics.Contains(topic)) world.Do(node, n => n.Core.Receive(bytes));
            }
        }
    }

    private static void AssertNothingOf(SimNode gone, SimWorld world, SimNode node, SimClient watcher)
    {
        watcher.Read();
        Assert.Empty(Received(watcher, "private-orders", gone));
        Assert.Empty(watcher.UserEvents);
        Assert.False(watcher.Connection.IsClosing);
        Assert.DoesNotContain("ada", watcher.Find("presence-room")!.Members);
        Assert.Equal("eve", Members(node, world, "presence-room"));
        Assert.DoesNotContain(node.Observer.Told, static told => told.Contains("ada", StringComparison.Ordinal) && told.EndsWith("on", StringComparison.Ordinal));
    }
}

using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>A broker that says things again, as a Redis Cluster does while it changes: messages of every kind, at once and late, change nothing.</summary>
public sealed class RepetitionScenarios : ClusterScenario
{
    private readonly HashSet<MessageKind> _kinds = [];

    [Theory]
    [InlineData(1, null)]
    [InlineData(40, null)]
    [InlineData(700, null)]
    [InlineData(3_000, null)]
    [InlineData(1, "correct horse")]
    [InlineData(700, "correct horse")]
    [InlineData(3_000, "correct horse")]
    public void Every_kind_of_message_twice_and_late_changes_nothing(int lateMs, string? secret)
    {
        var world = Repeating(new SimWorld(3, 301, options => options.Secret = secret), lateMs);
        Settled(world);
        var watcher = Join(world, 1, "presence-room", "eve");
        world.Do(world.Nodes[1], n => watcher.Subscribe(n.Adapter, "news", null, world.Clock.Now));
        for (var i = 0; i < 100; i++) Join(world, 0, "presence-room", $"user-{i}", $$"""{"rest":"{{new string('x', 100)}}"}""");
        var gone = Join(world, 0, "presence-room", "ada");
        world.Run(300);
        Lose(world, MessageKind.Batch, () => Publish(world, 0, "news", 200));
        world.Disconnect(world.Nodes[0], gone);
        world.Run(2 * lateMs);

        // The snapshot of the first has several chunks.
        var joined = world.Start(2);
        world.Run(3_000 + (2 * lateMs));
        var members = Members(joined, world, "presence-room");
        world.Stop(world.Nodes[0]);
        world.Run(3_000 + (2 * lateMs));

        Assert.Equal(Enum.GetValues<MessageKind>().Except([MessageKind.None]), _kinds.Order());
        Assert.Equal(101, members.Split(' ').Length);
        Assert.DoesNotContain("ada", members, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(0, 200), Received(watcher, "news", world.Nodes[0]));
        Assert.Equal(["eve"], watcher.Find("presence-room")!.Members);
        Assert.All(world.Nodes[1..], static node => Assert.Equal((0L, 0L), (node.Core.Counters.Lost, node.Core.Counters.Garbage)));
        Assert.All(world.Nodes[1..], static node => Assert.True(node.Core.IsReady(out var why), why));
        Assert.Empty(world.Violations);
    }

    [Fact]
    public void A_node_that_still_puts_a_number_in_front_is_refused_with_one_line_that_says_so()
    {
        var logs = new LogTap();
        var world = new SimWorld(1, 302) { Logs = logs };
        var node = world.Start(0);
        var writer = new WireWriter(default);
        var envelope = new Envelope(new NodeId(77), 1, null);
        envelope.Begin(ref writer, MessageKind.Goodbye, 0);
        var message = envelope.End(ref writer);
        for (var i = 0; i < 3; i++) node.Core.Receive([.. new byte[16], .. message]);
        Assert.Contains("redis-cluster", Assert.Single(logs.Errors), StringComparison.Ordinal);
        Assert.Equal((3L, 0L), (node.Core.Counters.Refused, node.Core.Counters.Garbage));
    }

    private SimWorld Repeating(SimWorld world, int lateMs)
    {
        world.Filter = (_, topic, bytes) =>
        {
            _kinds.Add((MessageKind)bytes[6]);
            foreach (var after in new[] { lateMs, 2 * lateMs }) world.At(world.Clock.Now + after, () => SayAgain(world, topic, bytes));
            return true;
        };
        return world;
    }

    private static void SayAgain(SimWorld world, string topic, byte[] bytes)
    {
        foreach (var node in world.Nodes)
        {
            if (node is { Runs: true } && node.Topics.Contains(topic)) world.Do(node, n => n.Core.Receive(bytes));
        }
    }

    private static void Lose(SimWorld world, MessageKind kind, Action action)
    {
        var filter = world.Filter;
        var lost = 0;
        world.Filter = (from, topic, bytes) => ((MessageKind)bytes[6] != kind || lost++ > 2) && filter(from, topic, bytes);
        action();
        world.Filter = filter;
    }
}

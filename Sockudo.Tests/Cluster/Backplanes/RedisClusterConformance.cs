using System.Buffers.Binary;
using System.Diagnostics;
using Sockudo.Server.Backplane;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>What a Redis Cluster does to its clients beside being away.</summary>
public abstract class RedisClusterConformance<TBroker>(TBroker broker, ITestOutputHelper output) : BackplaneConformance<TBroker>(broker, output)
    where TBroker : RedisClusterDeployment
{
    [Fact]
    public async Task After_the_master_of_the_topic_was_killed_all_publish_and_hear_again()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, others) = await NodeAsync("other");
        await node.ReachesAsync(Topic, inbox, others);
        var owner = await Broker.Set.OwnerAsync(Topic);

        var won = Broker.Set.NextFailoverAsync();
        var killed = Stopwatch.GetTimestamp();
        await owner.Process.KillAsync();
        await node.IsAsync(BackplaneState.Disconnected);
        await won;
        Output.WriteLine($"failed over {Stopwatch.GetElapsedTime(killed).TotalMilliseconds:F0} ms after the kill");
        await HealsAsync((node, inbox), (other, others), "failover");
    }

    // The old master stays and answers; a client that does not notice publishes to it, or takes the new one for the replica it was.
    [Fact]
    public async Task After_a_planned_failover_all_publish_and_hear_again()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, others) = await NodeAsync("other");
        await node.ReachesAsync(Topic, inbox, others);

        await Broker.Set.FailOverAsync(Topic);
        await HealsAsync((node, inbox), (other, others), "failover");
    }

    [Fact]
    public async Task After_the_slot_of_the_topic_moved_all_publish_and_hear_again()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, others) = await NodeAsync("other");
        await node.ReachesAsync(Topic, inbox, others);

        await Broker.Set.MoveSlotAsync(Topic);
        await HealsAsync((node, inbox), (other, others), "move");
    }

    // Subscribed before all its connections were open, the library subscribed a topic on two nodes in one of 40 tries.
    [Fact]
    public async Task A_topic_is_subscribed_on_one_node_only_however_often_the_connection_is_replaced()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, _) = await NodeAsync("other");
        for (var number = 0; number < 25; number++)
        {
            node.Backplane.Reconnect($"time {number}");
            await Eventually.TrueAsync(() => node.States.Count == (number * 2) + 3, "connected again", TestNode.Deadline);
            await other.PublishAsync(Topic, 1, number);
            await other.ReachesAsync(Topic, inbox);
        }

        Assert.Equal(inbox.From(1).Distinct(), inbox.From(1));
    }

    // Sixteen bytes of a number, and in front of it what begins the node's own messages: taken for the node's last, it would mute it.
    [Fact]
    public async Task What_a_stranger_forges_in_front_of_a_message_mutes_nobody()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, others) = await NodeAsync("other");
        await node.ReachesAsync(Topic, inbox, others);
        await using var stranger = await ConnectionMultiplexer.ConnectAsync(
            new ConfigurationOptions { EndPoints = { { "127.0.0.1", Broker.Set.Servers[0].Port } }, Password = RedisClusterSet.Password });
        var channel = Broker.IsSharded ? RedisChannel.Sharded(Topic) : RedisChannel.Literal(Topic).WithKeyRouting();
        var heard = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await stranger.GetSubscriber().SubscribeAsync(channel, (_, message) => heard.TrySetResult(message!));
        await node.ReachesAsync(Topic, inbox, others);
        byte[] forged = [.. (await heard.Task.WithinAsync("a message of the node")).AsSpan(0, 8), .. new byte[8]];
        BinaryPrimitives.WriteUInt64LittleEndian(forged.AsSpan(8), ulong.MaxValue);

        await stranger.GetSubscriber().PublishAsync(channel, forged);
        await Eventually.TrueAsync(() => inbox.Damaged + others.Damaged >= 2, "the forged message is there", TestNode.Deadline);
        await PublishAllAsync(node, 1, 1_000);
        await inbox.HasFromAsync(1, 999);
        await others.HasFromAsync(1, 999);

        Assert.All([inbox, others], static got => Assert.Equal(1_000, got.From(1).Distinct().Count()));
    }

    [Fact]
    public async Task A_replica_that_dies_disturbs_nobody()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);
        var replica = await Broker.Set.ReplicaAsync();

        await replica.Process.KillAsync();
        await PublishAllAsync(node, 1, 1_000);
        await inbox.HasFromAsync(1, 999);

        Assert.Equal([BackplaneState.Connected], node.States);
    }

    private async Task HealsAsync((TestNode Node, Inbox Inbox) node, (TestNode Node, Inbox Inbox) other, string what)
    {
        var started = Stopwatch.GetTimestamp();
        await node.Node.ReachesAsync(Topic, node.Inbox, other.Inbox);
        await other.Node.ReachesAsync(Topic, node.Inbox, other.Inbox);
        Output.WriteLine($"healed {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms after the {what}\n{node.Node.Log}");
        await CarriesAllAsync(node, other);
    }

    // While a cluster settles a driver may find its topic moved once more. What is published meanwhile is for the cluster's repair; here
    // nothing may be missing without a replaced connection, and nothing may come out of order. What comes again, from a node the library
    // heard until then, the layer above drops (RepetitionScenarios).
    private async Task CarriesAllAsync((TestNode Node, Inbox Inbox) from, (TestNode Node, Inbox Inbox) to)
    {
        const int Tries = 10;
        for (var publisher = 1; publisher <= Tries; publisher++)
        {
            await from.Node.ReachesAsync(Topic, from.Inbox, to.Inbox);
            var replaced = from.Node.States.Count + to.Node.States.Count;
            for (var number = 0; number < 100; number++) await from.Node.PublishAsync(Topic, publisher, number);
            await from.Node.ReachesAsync(Topic, from.Inbox, to.Inbox);

            int[][] got = [[.. from.Inbox.From(publisher).Distinct()], [.. to.Inbox.From(publisher).Distinct()]];
            Assert.All(got, static numbers => Assert.Equal(numbers.Order(), numbers));
            if (got.All(static numbers => numbers.Length == 100)) return;
            Output.WriteLine($"try {publisher}: {got[0].Length} and {got[1].Length} of 100 came");
            await Eventually.TrueAsync(() => from.Node.States.Count + to.Node.States.Count > replaced, "a connection is replaced where something is missing", TestNode.Deadline);
        }

        Assert.Fail($"Of {Tries} times a hundred messages not one came whole.");
    }
}

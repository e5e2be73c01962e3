using System.Diagnostics;
using Sockudo.Server.Backplane;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>What <see cref="IBackplane"/> promises, held against a real broker. Every driver passes it in every deployment.</summary>
public abstract partial class BackplaneConformance<TBroker> : IClassFixture<TBroker>, IAsyncLifetime
    where TBroker : BrokerDeployment
{
    private readonly List<TestNode> _nodes = [];

    protected BackplaneConformance(TBroker broker, ITestOutputHelper output)
    {
        Broker = broker;
        Output = output;
    }

    protected TBroker Broker { get; }

    protected ITestOutputHelper Output { get; }

    /// <summary>A topic of this test alone, named as the cluster names its own.</summary>
    protected string Topic { get; } = $"sockudo_adapter:#test-{Guid.NewGuid():N}";

    public ValueTask InitializeAsync()
    {
        var name = TestContext.Current.TestMethod?.MethodName ?? "";
        Assert.SkipUnless(
            BrokerDeployment.AllCases || Broker.ShortCases?.Contains(name) != false,
            "The same cases run over the plain deployment of this driver; here all of them with SOCKUDO_TEST_ALL=1.");
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Broker.Thaw();
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        await Broker.ReviveAsync();
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            foreach (var node in _nodes)
            {
                Output.WriteLine(node.Log);
            }

            foreach (var process in Broker.Processes)
            {
                Output.WriteLine($"--- {process.Folder}\n{string.Join('\n', process.Log.Split('\n').TakeLast(40))}");
            }
        }
    }

    [Fact]
    public async Task A_message_arrives_once_at_every_subscriber_and_at_its_publisher()
    {
        var (publisher, own) = await NodeAsync("publisher");
        var (_, other) = await NodeAsync("other");
        var (_, third) = await NodeAsync("third");
        await publisher.ReachesAsync(Topic, own, other, third);

        await PublishAllAsync(publisher, 1, 1_000);

        await Task.WhenAll(own.HasFromAsync(1, 999), other.HasFromAsync(1, 999), third.HasFromAsync(1, 999));
        Assert.Equal(Enumerable.Range(0, 1_000), own.From(1));
        Assert.Equal(Enumerable.Range(0, 1_000), other.From(1));
        Assert.Equal(Enumerable.Range(0, 1_000), third.From(1));
    }

    [Fact]
    public async Task What_one_publisher_sends_arrives_in_order_whole_and_one_after_another_up_to_the_largest_size()
    {
        var (publisher, _) = await NodeAsync("publisher");
        var (_, inbox) = await NodeAsync("subscriber");
        await publisher.ReachesAsync(Topic, inbox);
        var count = Broker.OrderedMessages;
        var started = Stopwatch.GetTimestamp();

        for (var number = 0; number < count; number++)
        {
            var size = number == count / 2 ? publisher.Backplane.MaxMessageBytes : number % 1_000 == 7 ? 256 << 10 : number % 50 == 3 ? 16_000 : 12 + (number * 7 % 900);
            Assert.Equal(PublishResult.Sent, await publisher.PublishAsync(Topic, 1, number, size));
        }

        await inbox.HasFromAsync(1, count - 1);
        Assert.Equal(Enumerable.Range(0, count), inbox.From(1));
        Assert.Equal(0, inbox.Damaged);
        Output.WriteLine($"{count} messages in {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s");
    }

    [Fact]
    public async Task Two_publishers_do_not_disturb_each_others_order()
    {
        var (first, _) = await NodeAsync("first");
        var (second, _) = await NodeAsync("second");
        var (_, inbox) = await NodeAsync("subscriber");
        await first.ReachesAsync(Topic, inbox);
        await second.ReachesAsync(Topic, inbox);

        await Task.WhenAll(PublishAllAsync(first, 1, 2_000), PublishAllAsync(second, 2, 2_000));

        await Task.WhenAll(inbox.HasFromAsync(1, 1_999), inbox.HasFromAsync(2, 1_999));
        Assert.Equal(Enumerable.Range(0, 2_000), inbox.From(1));
        Assert.Equal(Enumerable.Range(0, 2_000), inbox.From(2));
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_and_the_connection_goes_on()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        Assert.Equal(PublishResult.Failed, await node.PublishAsync(Topic, 1, 0, node.Backplane.MaxMessageBytes + 1));
        Assert.Equal(PublishResult.Sent, await node.PublishAsync(Topic, 1, 1));

        await inbox.HasAsync(1);
        Assert.Equal([1], inbox.From(1));
        Assert.Equal([BackplaneState.Connected], node.States);
    }

    [Fact]
    public async Task Topics_are_apart_and_an_ended_subscription_gets_nothing_more()
    {
        var (node, inbox) = await NodeAsync("node");
        var other = await node.SubscribeAsync(Topic + "-other");
        await node.ReachesAsync(Topic, inbox);
        await node.ReachesAsync(Topic + "-other", other);

        await node.PublishAsync(Topic, 1, 0);
        await inbox.HasAsync(1);
        await node.Backplane.UnsubscribeAsync(Topic, TestContext.Current.CancellationToken);
        await node.Backplane.UnsubscribeAsync("never-subscribed", TestContext.Current.CancellationToken);
        Assert.Equal(PublishResult.Sent, await node.PublishAsync(Topic, 1, 1));
        await node.PublishAsync(Topic + "-other", 1, 2);
        await other.HasAsync(1);

        Assert.Equal([0], inbox.From(1));
        Assert.Equal([2], other.From(1));
    }

    [Fact]
    public async Task Reconnecting_replaces_the_connection_and_subscribes_again()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, _) = await NodeAsync("other");
        await other.ReachesAsync(Topic, inbox);

        node.Backplane.Reconnect("the node lost its proof");
        await Eventually.TrueAsync(() => node.States.Count == 3, "connected again", TestNode.Deadline);
        await other.ReachesAsync(Topic, inbox);
        await PublishAllAsync(other, 1, 100);

        await inbox.HasFromAsync(1, 99);
        Assert.Equal(Enumerable.Range(0, 100), inbox.From(1));
        Assert.Equal([BackplaneState.Connected, BackplaneState.Disconnected, BackplaneState.Connected], node.States);
        Assert.Contains("the node lost its proof", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replacing_the_connection_under_load_doubles_and_reorders_nothing()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, _) = await NodeAsync("other");
        await other.ReachesAsync(Topic, inbox);

        for (var number = 0; number < 3_000; number++)
        {
            if (number % 500 == 250)
            {
                node.Backplane.Reconnect($"time {number}");
            }

            await other.PublishAsync(Topic, 1, number);
        }

        await node.IsAsync(BackplaneState.Connected);
        await other.ReachesAsync(Topic, inbox);
        var got = inbox.From(1);
        Assert.Equal(got.Distinct().Order(), got);
        Assert.Equal(0, inbox.Damaged);
        Assert.InRange(got.Count, 1, 3_000);
        Output.WriteLine($"{got.Count} of 3000 while the connection was replaced 6 times");
    }

    [Fact]
    public async Task Disposing_ends_everything()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, witness) = await NodeAsync("other");
        await other.ReachesAsync(Topic, inbox, witness);

        await node.Backplane.DisposeAsync();
        await PublishAllAsync(other, 1, 10);
        await witness.HasFromAsync(1, 9);

        Assert.Equal(0, inbox.Count);
        Assert.Equal(PublishResult.NotConnected, await node.PublishAsync(Topic, 2, 0));
        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => node.SubscribeAsync(Topic));
    }

    /// <summary>A started node and what it got of the test's topic.</summary>
    private protected async Task<(TestNode Node, Inbox Inbox)> NodeAsync(string name, int? proxyPort = null)
    {
        var node = await Track(new TestNode(Broker, name, proxyPort)).StartAsync();
        return (node, await node.SubscribeAsync(Topic));
    }

    private protected TestNode Track(TestNode node)
    {
        _nodes.Add(node);
        return node;
    }

    private protected async Task PublishAllAsync(TestNode node, int publisher, int count)
    {
        for (var number = 0; number < count; number++)
        {
            Assert.Equal(PublishResult.Sent, await node.PublishAsync(Topic, publisher, number));
        }
    }
}

using System.Diagnostics;
using Sockudo.Server.Backplane;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The promises while the broker is away.</summary>
public abstract partial class BackplaneConformance<TBroker>
{
    private protected static readonly TimeSpan PublishDeadline = TimeSpan.FromMilliseconds(300);

    // The machine's. Without the deadline a publish would take the library's 5 s.
    private protected static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(1_500);

    [Fact]
    public async Task A_publish_ends_by_its_deadline_while_the_broker_is_frozen()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        Broker.Freeze();
        var slowest = TimeSpan.Zero;
        foreach (var size in new[] { 100, 1 << 20, 1 << 20, 100 })
        {
            var started = Stopwatch.GetTimestamp();
            var result = await node.PublishAsync(Topic, 1, size, size - (size >> 10), PublishDeadline);
            var elapsed = Stopwatch.GetElapsedTime(started);
            Assert.NotEqual(PublishResult.Sent, result);
            slowest = elapsed > slowest ? elapsed : slowest;
        }

        Broker.Thaw();
        Output.WriteLine($"deadline {PublishDeadline.TotalMilliseconds} ms, the slowest took {slowest.TotalMilliseconds:F0} ms");
        Assert.InRange(slowest, TimeSpan.Zero, PublishDeadline + Slack);
        await node.ReachesAsync(Topic, inbox);
    }

    [Fact]
    public async Task A_publish_ends_by_its_deadline_when_the_broker_was_killed()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        await Broker.KillAsync();
        var started = Stopwatch.GetTimestamp();
        var first = await node.PublishAsync(Topic, 1, 0, deadline: PublishDeadline);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, PublishDeadline + Slack);
        Assert.NotEqual(PublishResult.Sent, first);

        await node.IsAsync(BackplaneState.Disconnected);
        Assert.Equal(PublishResult.NotConnected, await node.PublishAsync(Topic, 1, 1, deadline: PublishDeadline));
    }

    [Fact]
    public async Task Nothing_published_while_the_broker_is_away_is_delivered_later()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        await Broker.KillAsync();
        for (var number = 0; number < 50; number++)
        {
            Assert.NotEqual(PublishResult.Sent, await node.PublishAsync(Topic, 1, number, deadline: PublishDeadline));
        }

        await Broker.ReviveAsync();
        await node.IsAsync(BackplaneState.Connected);
        await node.ReachesAsync(Topic, inbox);
        Assert.Equal(0, inbox.Count);
    }

    [Fact]
    public async Task Of_what_is_published_to_a_frozen_broker_at_most_one_message_is_delivered_late()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        Broker.Freeze();
        for (var number = 0; number < 10; number++)
        {
            Assert.NotEqual(PublishResult.Sent, await node.PublishAsync(Topic, 1, number, deadline: TimeSpan.FromMilliseconds(50)));
        }

        Broker.Thaw();
        await node.ReachesAsync(Topic, inbox);
        Assert.InRange(inbox.Count, 0, 1);
    }

    [Fact]
    public async Task It_connects_and_subscribes_again_within_two_seconds_of_the_brokers_return()
    {
        var (node, inbox) = await NodeAsync("node");
        var (other, others) = await NodeAsync("other");
        await node.ReachesAsync(Topic, inbox, others);

        await Broker.KillAsync();
        await node.IsAsync(BackplaneState.Disconnected);
        await other.IsAsync(BackplaneState.Disconnected);
        await Broker.ReviveAsync();
        var started = Stopwatch.GetTimestamp();
        await node.ReachesAsync(Topic, inbox, others);
        await other.ReachesAsync(Topic, inbox, others);
        var healed = Stopwatch.GetElapsedTime(started);

        Output.WriteLine($"healed {healed.TotalMilliseconds:F0} ms after the broker was back");
        Assert.InRange(healed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal([BackplaneState.Connected, BackplaneState.Disconnected, BackplaneState.Connected], node.States.Take(3));
        if (!Broker.MovesAfterItsReturn) Assert.Equal(3, node.States.Count);
    }

    [Fact]
    public async Task A_frozen_broker_is_left_for_a_new_connection_and_taken_again_when_it_goes_on()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        Broker.Freeze();
        node.Backplane.Reconnect("the node lost its proof");
        await node.IsAsync(BackplaneState.Disconnected);
        Assert.Equal(PublishResult.NotConnected, await node.PublishAsync(Topic, 1, 0, deadline: PublishDeadline));
        Broker.Thaw();
        var started = Stopwatch.GetTimestamp();
        await node.ReachesAsync(Topic, inbox);

        Output.WriteLine($"healed {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms after the broker went on");
        Assert.Equal(0, inbox.Count);
    }

    [Fact]
    public async Task A_subscription_made_while_disconnected_takes_effect_later()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        await Broker.KillAsync();
        await node.IsAsync(BackplaneState.Disconnected);
        var late = await node.SubscribeAsync(Topic + "-late").WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await Broker.ReviveAsync();

        await node.ReachesAsync(Topic + "-late", late);
        await node.ReachesAsync(Topic, inbox);
    }

    [Fact]
    public async Task Starting_without_a_broker_returns_and_connects_when_there_is_one()
    {
        await Broker.KillAsync();
        await using var node = Track(new TestNode(Broker, "node"));
        Assert.Equal(BackplaneState.Connecting, node.Backplane.State);

        await node.Backplane.StartAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(8), TestContext.Current.CancellationToken);
        Assert.Equal(BackplaneState.Disconnected, node.Backplane.State);
        Assert.Equal(PublishResult.NotConnected, await node.PublishAsync(Topic, 1, 0));
        await Broker.ReviveAsync();

        await node.IsAsync(BackplaneState.Connected);
        Assert.Equal([BackplaneState.Disconnected, BackplaneState.Connected], node.States);
        Assert.Equal(2, node.Log.Split('\n').Count(static line => line.Contains("backplane", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Disposing_during_an_outage_does_not_wait_for_the_broker()
    {
        var (node, inbox) = await NodeAsync("node");
        await node.ReachesAsync(Topic, inbox);

        Broker.Freeze();
        var started = Stopwatch.GetTimestamp();
        await node.Backplane.DisposeAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(3));
    }
}

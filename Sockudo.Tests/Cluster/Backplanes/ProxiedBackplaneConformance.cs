using System.Diagnostics;
using Sockudo.Server.Backplane;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Backplanes;

/// <summary>The promises on a bad network, for deployments of one server.</summary>
public abstract class ProxiedBackplaneConformance<TBroker>(TBroker broker, ITestOutputHelper output) : BackplaneConformance<TBroker>(broker, output)
    where TBroker : BrokerDeployment
{
    [Fact]
    public async Task A_network_that_swallows_everything_delays_no_publish_and_is_overcome_two_seconds_after_it_ends()
    {
        await using var proxy = new FaultProxy(Broker.ProxiedPort!.Value);
        var (node, inbox) = await NodeAsync("node", proxy.Port);
        await node.ReachesAsync(Topic, inbox);

        proxy.Blackhole();
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(PublishResult.TimedOut, await node.PublishAsync(Topic, 1, 0, deadline: PublishDeadline));
        Assert.InRange(Stopwatch.GetElapsedTime(started), PublishDeadline * 0.9, PublishDeadline + Slack);
        node.Backplane.Reconnect("the node lost its proof");
        await node.IsAsync(BackplaneState.Disconnected);
        // Long enough that an attempt to connect hangs.
        await Eventually.TrueAsync(() => proxy.Accepted >= 4, "attempts overlap", TestNode.Deadline);

        proxy.Pass();
        started = Stopwatch.GetTimestamp();
        await node.ReachesAsync(Topic, inbox);
        Output.WriteLine($"healed {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms after the network was back");
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(inbox.Count, 0, 1);
    }

    [Fact]
    public async Task Connections_that_are_cut_are_replaced_within_two_seconds()
    {
        await using var proxy = new FaultProxy(Broker.ProxiedPort!.Value);
        var (node, inbox) = await NodeAsync("node", proxy.Port);
        var (other, _) = await NodeAsync("other");
        await other.ReachesAsync(Topic, inbox);

        proxy.Cut();
        var started = Stopwatch.GetTimestamp();
        await node.IsAsync(BackplaneState.Disconnected);
        await other.ReachesAsync(Topic, inbox);

        Output.WriteLine($"healed {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms after the cut");
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_network_with_delay_and_jitter_changes_no_order()
    {
        await using var proxy = new FaultProxy(Broker.ProxiedPort!.Value) { Delay = (TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(20)) };
        var (slow, inbox) = await NodeAsync("slow", proxy.Port);
        var (fast, others) = await NodeAsync("fast");
        await fast.ReachesAsync(Topic, inbox);
        await slow.ReachesAsync(Topic, others);

        await Task.WhenAll(PublishAllAsync(fast, 1, 1_000), PublishAllAsync(slow, 2, 30));

        await Task.WhenAll(inbox.HasFromAsync(1, 999), inbox.HasFromAsync(2, 29), others.HasFromAsync(2, 29));
        Assert.Equal(Enumerable.Range(0, 1_000), inbox.From(1));
        Assert.Equal(Enumerable.Range(0, 30), inbox.From(2));
        Assert.Equal(Enumerable.Range(0, 30), others.From(2));
    }
}

using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Channels;
using Sockudo.Server.Transport;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>A node that applies slower than messages come: what waits is bounded, what is dropped is counted and asked for again.</summary>
public sealed class InboxOverflowTests(ITestOutputHelper output)
{
    private const int InboxBytes = 300_000;
    private const int Events = 4000;

    [Fact]
    public async Task What_a_full_inbox_drops_is_counted_and_repaired_and_every_event_arrives_once_in_order()
    {
        var broker = new MemoryBroker();
        using var loop = new OutputLoop(0);
        using var applying = new ManualResetEventSlim(true);
        var observer = new LockedObserver(new SimObserver("1", [])) { Joining = _ => applying.Wait(TimeSpan.FromSeconds(20)) };
        await using var origin = await RuntimeNode.StartAsync(broker, 0, new LockedObserver(new SimObserver("0", [])));
        await using var slow = await RuntimeNode.StartAsync(broker, 1, observer, static options => options.InboxBytes = InboxBytes);
        await RuntimeTests.Eventually(() => origin.IsReady && slow.IsReady, "both are ready");
        var client = new RuntimeClient(loop);
        Assert.True(slow.Adapter.TryConnect(client.Connection));
        client.Subscribe(slow, "news", null);

        // The slow node's loop is held within the turn in which it applies this join.
        applying.Reset();
        new RuntimeClient(loop).Subscribe(origin, "presence-room", "ada");
        Assert.True(ChannelName.TryParse("news", 200, out var name, out _));
        for (var i = 0; i < Events; i++) origin.Adapter.Publish(RuntimeNode.App, name, Event(i), null, remember: false);
        await RuntimeTests.Eventually(() => slow.InboxDropped > 0, "the inbox overflows");
        applying.Set();

        await RuntimeTests.Eventually(() => client.Count >= Events, "everything arrived");
        Assert.Equal(Enumerable.Range(0, Events).Select(static i => $"0.{i}"), client.Events);
        output.WriteLine($"{slow.InboxDropped} messages dropped, {slow.Counters.Gaps} gaps, {slow.Counters.Repaired} entries repaired, {slow.Counters.Lost} lost");
        Assert.True(slow.Counters.Repaired > 0);
        Assert.Equal(0, slow.Counters.Lost);
    }

    [Fact]
    public async Task The_inbox_never_holds_more_than_its_bound_and_always_takes_one_message()
    {
        using var inbox = new ClusterInbox(1000);
        inbox.Add(new byte[5000]);
        inbox.Add(new byte[10]);
        var first = await inbox.TakeAsync([], TestContext.Current.CancellationToken);
        for (var i = 0; i < 12; i++) inbox.Add(new byte[100]);
        var second = await inbox.TakeAsync([], TestContext.Current.CancellationToken);

        Assert.Equal((1, 10, 3), (first.Count, second.Count, inbox.Dropped));
    }

    private static byte[] Event(int number) => ServerFrame.Create(
        Opcode.Text,
        System.Text.Encoding.UTF8.GetBytes($$"""{"event":"sim","channel":"news","data":"0.{{number}}","rest":"{{new string('x', 900)}}"}"""));
}

using System.Diagnostics;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>The runtime with its real loops, timers and locks, over a broker in the process.</summary>
public sealed class RuntimeTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly App App = RuntimeNode.App;
    private readonly MemoryBroker _broker = new();
    private readonly List<RuntimeNode> _nodes = [];
    private readonly List<string> _violations = [];
    private readonly OutputLoop _loop = new(0);

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < 3; i++) _nodes.Add(await RuntimeNode.StartAsync(_broker, i, new LockedObserver(new SimObserver($"{i}", _violations))));
        await Eventually(() => _nodes.TrueForAll(static node => node.Adapter.Health.State == HealthState.Ok), "every node is ready");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes) await node.DisposeAsync();
        _loop.Dispose();
    }

    [Fact]
    public async Task Publishers_on_many_threads_give_every_subscriber_of_every_node_the_same_order()
    {
        const int Publishers = 4;
        const int Each = 5000;
        RuntimeClient[] clients = [.. _nodes.Select(node => Connect(node))];
        for (var i = 0; i < 3; i++) clients[i].Subscribe(_nodes[i], "news", null);
        await Eventually(() => _nodes[2].Adapter.Occupancy(App, "news").SubscriptionCount == 3, "all count three");
        Assert.True(ChannelName.TryParse("news", 200, out var name, out _));
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(publisher => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
                _nodes[0].Adapter.Publish(App, name, SimClient.Event("news", publisher, i), null, remember: false);
        })));
        await Eventually(() => Array.TrueForAll(clients, client => client.Count == Publishers * Each), "everything arrived");
        output.WriteLine($"{Publishers * Each * 3 / watch.Elapsed.TotalSeconds:0} deliveries/s on three nodes in one process");
        Assert.Equal(clients[0].Events, clients[1].Events);
        Assert.Equal(clients[0].Events, clients[2].Events);
    }

    [Fact]
    public async Task Churn_on_every_thread_ends_at_the_truth_without_a_deadlock()
    {
        var stop = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(worker => Task.Run(() =>
        {
            var random = new Random(worker);
            var node = _nodes[worker % 3];
            while (stop.ElapsedMilliseconds < 1500)
            {
                var client = Connect(node);
                client.Subscribe(node, $"presence-{random.Next(3)}", $"user-{random.Next(4)}");
                client.Subscribe(node, "news", null);
                node.Adapter.SignIn(client.Connection, $"user-{random.Next(4)}");
                if (random.Next(10) == 0) node.Adapter.CloseUser(App, $"user-{random.Next(4)}", new PusherError(ErrorCode.Unauthorized, "terminated"));
                Assert.True(ChannelName.TryParse("#server-to-user-user-1", 200, out var user, out _));
                node.Adapter.Publish(App, user, SimClient.Event("x", 0, 0), null, remember: false);
                node.Adapter.Disconnect(client.Connection);
            }
        })));
        var last = Connect(_nodes[0]);
        last.Subscribe(_nodes[0], "presence-0", "ada");
        await Eventually(
            () => _nodes.TrueForAll(static node =>
                node.Adapter.ConnectionCount(App) == 1 && node.Adapter.Channels(App, "").Count() == 1 && node.Adapter.Members(App, "presence-0").SequenceEqual(["ada"])),
            "all see one connection, one channel and one member");
        lock (_violations) Assert.Empty(_violations);
    }

    [Fact]
    public async Task A_broker_that_is_away_and_back_loses_and_doubles_nothing()
    {
        var client = Connect(_nodes[1]);
        client.Subscribe(_nodes[1], "news", null);
        Assert.True(ChannelName.TryParse("news", 200, out var name, out _));
        SetAway(true);
        for (var i = 0; i < 500; i++) _nodes[0].Adapter.Publish(App, name, SimClient.Event("news", 0, i), null, remember: false);
        await Eventually(() => _nodes[0].Adapter.Health.State == HealthState.Error, "the node is not ready");
        SetAway(false);
        await Eventually(() => client.Count >= 500, "everything arrived");
        Assert.Equal(Enumerable.Range(0, 500).Select(static i => $"0.{i}"), client.Events);
    }

    [Fact]
    public async Task A_stopped_node_is_gone_at_once()
    {
        Connect(_nodes[2]).Subscribe(_nodes[2], "presence-room", "ada");
        await Eventually(() => _nodes[0].Adapter.Members(App, "presence-room").Count == 1, "the member is seen");
        var watch = Stopwatch.StartNew();
        await _nodes[2].DisposeAsync();
        _nodes.RemoveAt(2);
        await Eventually(() => _nodes.TrueForAll(static node => node.Adapter.Members(App, "presence-room").Count == 0), "the member is gone");
        output.WriteLine($"gone after {watch.ElapsedMilliseconds} ms");
        // By its goodbye: the timeout is 5 s.
        Assert.InRange(watch.ElapsedMilliseconds, 0, 2500);
    }

    private void SetAway(bool isAway)
    {
        _broker.IsAway = isAway;
        foreach (var node in _nodes) node.Backplane.TellState();
    }

    private RuntimeClient Connect(RuntimeNode node)
    {
        var client = new RuntimeClient(_loop);
        Assert.True(node.Adapter.TryConnect(client.Connection));
        return client;
    }

    internal static async Task Eventually(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "not within 20 s: " + what);
            await timer.WaitForNextTickAsync();
        }
    }
}

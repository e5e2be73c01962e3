using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Gateway;
using Sockudo.Server.Messaging;
using Sockudo.Server.Transport;
using Sockudo.Tests.Unit.Harness;
using Xunit;

namespace Sockudo.Tests.Unit.Gateway;

/// <summary>Defects put into a socket's beginning and end: whatever fails, the socket is in no registry and no channel afterwards.</summary>
public sealed class ConnectionDefectTests : IDisposable
{
    private readonly Gate _gate = new();

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task A_socket_that_fails_between_its_admission_and_its_greeting_is_told_closed_and_in_no_registry()
    {
        var loop = Loop(new DefectiveAdapter(_gate.Node.Adapter) { FailsConnects = true });
        var (input, client) = (new Pipe(), _gate.Node.Create(loop: _gate.OutputLoop()));
        var ended = loop.RunAsync(client.Connection, input.Reader);
        await client.Sink.UntilAsync(static sink => Wire.Server(sink.Bytes, allowCutEnd: true).Exists(static frame => frame.Opcode == Opcode.Close));
        await input.Writer.CompleteAsync();
        await ended.DeadlineAsync();

        Assert.Equal(0, _gate.Node.Connections.Count);
        Assert.Equal(4100, Wire.Server(client.Sink.Bytes, allowCutEnd: true)[^1].CloseCode);
    }

    [Fact]
    public void Of_an_app_with_one_connection_such_a_failure_leaves_the_place_free()
    {
        var adapter = new DefectiveAdapter(_gate.Node.Adapter) { FailsConnects = true };
        var lifecycle = new ConnectionLifecycle(adapter, _gate.Node.Watchlists, Options.Create(new MessagingOptions()));
        var app = TestApps.Default with { MaxConnections = 1 };
        Assert.Throws<InvalidOperationException>(() => lifecycle.TryOpen(_gate.Node.Create(app).Connection));
        adapter.FailsConnects = false;

        Assert.True(lifecycle.TryOpen(_gate.Node.Create(app).Connection));
    }

    [Fact]
    public void A_channel_that_fails_to_be_left_keeps_the_socket_in_no_other_channel_and_in_no_registry()
    {
        var connections = new ConnectionRegistry();
        var observer = new FailingObserver();
        var channels = new ChannelRegistry(new CachedEvents(new MemoryCache<CachedFrame>(10, _gate.Node.Time)), observer);
        var adapter = new LocalAdapter(connections, channels, observer);
        var connection = _gate.Node.Create().Connection;
        Assert.True(adapter.TryConnect(connection));
        adapter.SignIn(connection, "7");
        foreach (var name in new[] { "a", "b", "c" })
        {
            adapter.Subscribe(connection, Node.Name(name), member: null);
            connection.Subscriptions[name] = null;
        }

        observer.Fails = true;
        var defects = Assert.Throws<AggregateException>(() => adapter.Disconnect(connection));

        Assert.Equal(4, defects.InnerExceptions.Count);
        Assert.Equal((0, 0), (connections.Count, adapter.Channels(TestApps.Default, "").Sum(static channel => channel.SubscriptionCount)));
        Assert.False(connections.For(TestApps.Default).HasUser("7"));
    }

    private ConnectionLoop Loop(IAdapter adapter)
    {
        var node = _gate.Node;
        return new ConnectionLoop(
            new ConnectionLifecycle(adapter, node.Watchlists, Options.Create(new MessagingOptions())), node.Dispatcher,
            new ClosingHandshake(Options.Create(_gate.Options), node.Time), _gate.State, Options.Create(node.WebSocket), node.Time, NullLogger<ConnectionLoop>.Instance);
    }

    private sealed class FailingObserver : IOccupancyObserver
    {
        public bool Fails { get; set; }

        public void ChannelOccupied(App app, ChannelName channel) => Fail();

        public void ChannelVacated(App app, ChannelName channel) => Fail();

        public void MemberAdded(App app, ChannelName channel, string userId) => Fail();

        public void MemberRemoved(App app, ChannelName channel, string userId) => Fail();

        public void UserOnline(App app, string userId, bool isKnown) => Fail();

        public void UserOffline(App app, string userId) => Fail();

        public void SubscriptionCountChanged(App app, ChannelName channel, int count, Channel here)
        {
            // The count is told first; what fails is what comes behind it.
        }

        private void Fail()
        {
            if (Fails) throw new InvalidOperationException("a defect of who is told");
        }
    }
}

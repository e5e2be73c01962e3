using System.Text;
using BenchmarkDotNet.Attributes;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;

namespace Sockudo.Benchmarks;

/// <summary>The whole way of an event through the server, without the network: where tracing is asked for, and must cost nothing while it is off.</summary>
[MemoryDiagnoser]
public class PublishBenchmarks : IDisposable
{
    private readonly InMemoryServer _server = new();
    private readonly ServerMetrics _metrics = new();
    private readonly ChannelName _channel = InMemoryServer.Channel("private-orders");
    private readonly byte[] _data = PusherWriter.StringToken(new byte[100]);
    private readonly PublishedEvent _event;
    private readonly byte[] _clientEvent = Encoding.UTF8.GetBytes("""{"event":"client-typing","channel":"private-orders","data":{"user":"ada"}}""");
    private EventPublisher _publisher = null!;
    private MessageDispatcher _dispatcher = null!;
    private Connection _sender = null!;

    public PublishBenchmarks() =>
        _event = new PublishedEvent("order-shipped", [_channel], _data, [], null);

    [Params(1, 300)]
    public int Subscribers { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _publisher = new EventPublisher(_server.Adapter, _metrics, TimeProvider.System);
        _dispatcher = _server.Dispatcher(TimeProvider.System);
        for (var i = 0; i < Subscribers; i++) _server.Adapter.Subscribe(_server.Connect(), _channel, null);
        _sender = _server.Connect();
        _server.Adapter.Subscribe(_sender, _channel, null);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _metrics.Dispose();
        _server.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void PublishOfABackend() => _publisher.Publish(_server.App, _event);

    [Benchmark]
    public void PublishOfAClient() => _dispatcher.Dispatch(_sender, _clientEvent, isText: true);

    /// <summary>All that a publish on one node and its delivery on another ask of tracing while nobody listens.</summary>
    [Benchmark]
    public bool TracingOfAPublishThatIsOff()
    {
        using var trace = PublishTrace.Start("publish", _server.App.Id, TimeProvider.System);
        trace.Span?.OfChannel(_channel.Value, _channel.MetricLabel);
        trace.Encoded(_data);
        var bus = BusTrace.Start(_data);
        trace.Delivered(Subscribers, _data);
        var delivery = DeliverTrace.Start(null, 0, TimeProvider.System);
        delivery.End(_channel.Value, Subscribers, 100, TimeProvider.System);
        return bus is null;
    }
}

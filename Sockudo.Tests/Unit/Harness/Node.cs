using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Protocol;
using Sockudo.Server.Transport;
using Sockudo.Server.Webhooks;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>
/// Everything between the doors and the transport on the local adapter. Its output loop has ended: a <see cref="TestClient"/> flushes
/// its own queue when it is asked what it got, so a test sees the same every time.
/// </summary>
internal sealed class Node : IDisposable
{
    private readonly Random _ids = new(1);

    public Node(MessagingOptions? messaging = null, WebSocketOptions? webSocket = null, TimeSpan leaveGrace = default, ICache? sharedCache = null)
    {
        WebSocket = webSocket ?? new WebSocketOptions { MaxMessages = null, MaxBackpressure = int.MaxValue };
        var options = Options.Create(messaging ?? new MessagingOptions());
        Webhooks = new WebhookEvents(new WebhookMetrics(Metrics), Options.Create(new WebhookOptions()), Time);
        SubscriptionCounts = new SubscriptionCountNotifier(options, Time);
        Watchlists = new WatchlistNotifier();
        Occupancy = new OccupancyRecord(new OccupancyNotifier(SubscriptionCounts, Watchlists));
        Channels = new ChannelRegistry(new CachedEvents(new MemoryCache<CachedFrame>(1000, Time), sharedCache, Time), Occupancy, grace: new LeaveGrace(leaveGrace, Time));
        Adapter = new LocalAdapter(Connections, Channels, Occupancy);
        Dispatcher = new MessageDispatcher(
            new SubscribeHandler(Adapter, options),
            new ClientEventHandler(Adapter, Webhooks, Metrics, Time),
            new SigninHandler(Adapter, Watchlists, options),
            Time,
            NullLogger<MessageDispatcher>.Instance);
        Lifecycle = new ConnectionLifecycle(Adapter, Watchlists, options);
        Publisher = new EventPublisher(Adapter, Metrics, Time);
        EndedLoop.Dispose();
    }

    public FakeTimeProvider Time { get; } = new();

    public ServerMetrics Metrics { get; } = new();

    public WebSocketOptions WebSocket { get; }

    public OutputLoop EndedLoop { get; } = new(0);

    public ConnectionRegistry Connections { get; } = new();

    public WebhookEvents Webhooks { get; }

    public SubscriptionCountNotifier SubscriptionCounts { get; }

    public WatchlistNotifier Watchlists { get; }

    public OccupancyRecord Occupancy { get; }

    public ChannelRegistry Channels { get; }

    public LocalAdapter Adapter { get; }

    public MessageDispatcher Dispatcher { get; }

    public ConnectionLifecycle Lifecycle { get; }

    public EventPublisher Publisher { get; }

    /// <summary>A socket that is admitted and greeted.</summary>
    public TestClient Connect(App? app = null)
    {
        var client = Create(app);
        Lifecycle.TryOpen(client.Connection);
        return client;
    }

    /// <summary>A socket before its admission.</summary>
    public TestClient Create(App? app = null, OutputLoop? loop = null)
    {
        var sink = new FakeSink();
        app ??= TestApps.Default;
        SocketId id;
        lock (_ids) id = new SocketId(_ids.NextInt64(SocketId.MaxPart + 1), _ids.NextInt64(SocketId.MaxPart + 1));
        return new TestClient(this, new Connection(id, app, Metrics.ForApp(app.Id), sink, loop ?? EndedLoop, WebSocket, Time.GetTimestamp()), sink);
    }

    /// <summary>Publishes as a backend does; <paramref name="data"/> is the text clients get.</summary>
    public void Publish(string channel, string name, string data, SocketId? except = null, App? app = null) =>
        Publisher.Publish(app ?? TestApps.Default, new PublishedEvent(name, [Name(channel)], PusherWriter.StringToken(System.Text.Encoding.UTF8.GetBytes(data)), [], except));

    public static ChannelName Name(string channel) =>
        ChannelName.TryParse(channel, 200, out var name, out var error) ? name : throw new ArgumentException(error.Message, nameof(channel));

    public void Dispose()
    {
        EndedLoop.Dispose();
        Metrics.Dispose();
    }
}

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
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

namespace Sockudo.Benchmarks;

/// <summary>The server's layers above the transport, with connections whose bytes go nowhere.</summary>
internal sealed class InMemoryServer : IDisposable
{
    private readonly ServerMetrics _metrics = new();
    private readonly OutputLoops _loops = new(1);
    private readonly WebSocketOptions _webSocket = new() { MaxMessages = null, MaxBackpressure = int.MaxValue };

    public InMemoryServer()
    {
        var options = Options.Create(new MessagingOptions());
        var observer = new OccupancyNotifier(new SubscriptionCountNotifier(options, TimeProvider.System), new WatchlistNotifier());
        var cache = new CachedEvents(new MemoryCache<CachedFrame>(1000, TimeProvider.System));
        Adapter = new LocalAdapter(new ConnectionRegistry(), new ChannelRegistry(cache, observer), observer);
    }

    public App App { get; } = new() { Id = "app-id", Key = "app-key", Secret = "app-secret", EnableClientMessages = true };

    public LocalAdapter Adapter { get; }

    /// <summary>A connected socket that reads everything at once.</summary>
    public Connection Connect()
    {
        var connection = new Connection(
            new SocketIdSource().Next(), App, _metrics.ForApp(App.Id), NowhereSink.Instance, _loops.Next(), _webSocket, TimeProvider.System.GetTimestamp());
        Adapter.TryConnect(connection);
        return connection;
    }

    /// <summary>What reads the messages of <see cref="Connect"/>'s sockets.</summary>
    public MessageDispatcher Dispatcher(TimeProvider time)
    {
        var options = Options.Create(new MessagingOptions());
        var webhooks = new WebhookEvents(new WebhookMetrics(_metrics), Options.Create(new WebhookOptions()), time);
        return new MessageDispatcher(
            new SubscribeHandler(Adapter, options),
            new ClientEventHandler(Adapter, webhooks, _metrics, time),
            new SigninHandler(Adapter, new WatchlistNotifier(), options),
            time,
            NullLogger<MessageDispatcher>.Instance);
    }

    /// <summary>A checked channel name.</summary>
    public static ChannelName Channel(string name) =>
        ChannelName.TryParse(name, 200, out var channel, out var error) ? channel : throw new ArgumentException(error.Message, nameof(name));

    public void Dispose()
    {
        _loops.Dispose();
        _metrics.Dispose();
    }

    private sealed class NowhereSink : IFrameSink
    {
        public static readonly NowhereSink Instance = new();

        public int TryWrite(ReadOnlySpan<byte> bytes) => bytes.Length;

        public ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes) => ValueTask.FromResult(true);

        public void Abort()
        {
            // There is nothing to end.
        }
    }
}

using Sockudo.Server.Adapters;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Gateway;
using Sockudo.Server.Hosting;
using Sockudo.Server.Http;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Queueing;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Webhooks;
using WebSocketOptions = Sockudo.Server.Transport.WebSocketOptions;

namespace Sockudo.Server.Configuration;

/// <summary>
/// The effective configuration: one instance of each layer's options, filled by <see cref="ConfigurationLoader"/> and not changed
/// afterwards. A new instance holds the compiled defaults.
/// </summary>
internal sealed class ServerConfiguration
{
    /// <summary>The process: mode, name, logs.</summary>
    public ServerOptions Server { get; } = new();

    /// <summary>Where to listen, TLS, shutdown.</summary>
    public ListenerOptions Listener { get; } = new();

    /// <summary>The WebSocket door.</summary>
    public GatewayOptions Gateway { get; } = new();

    /// <summary>How the protocol talks to its clients.</summary>
    public MessagingOptions Messaging { get; } = new();

    /// <summary>Limits of one socket.</summary>
    public WebSocketOptions WebSocket { get; } = new();

    /// <summary>The adapter.</summary>
    public AdapterOptions Adapter { get; } = new();

    /// <summary>Apps and where they come from.</summary>
    public AppManagerOptions AppManager { get; } = new();

    /// <summary>Limits for apps that leave a value open; already filled into <see cref="AppManager"/>'s apps.</summary>
    public GlobalLimits Limits { get; } = new();

    /// <summary>The cache.</summary>
    public CacheOptions Cache { get; } = new();

    /// <summary>The queue of webhook deliveries.</summary>
    public QueueOptions Queue { get; } = new();

    /// <summary>How webhooks are joined, sent and retried.</summary>
    public WebhookOptions Webhooks { get; } = new();

    /// <summary>Limits per client address.</summary>
    public RateLimiterOptions RateLimiter { get; } = new();

    /// <summary>The REST API.</summary>
    public HttpApiOptions HttpApi { get; } = new();

    /// <summary>Cross-origin answers.</summary>
    public CorsOptions Cors { get; } = new();

    /// <summary>The metrics listener.</summary>
    public MetricsOptions Metrics { get; } = new();

    /// <summary>Keys of drivers and features that are not in this build.</summary>
    public HeldValues Held { get; } = new();

    /// <summary><c>ConnectionStrings:redis</c> when no Sockudo key or variable says where Redis is; else null.</summary>
    public string? RedisConnectionString { get; set; }

    /// <summary><c>ConnectionStrings:nats</c> when no Sockudo key or variable says where NATS is; else null.</summary>
    public string? NatsConnectionString { get; set; }
}

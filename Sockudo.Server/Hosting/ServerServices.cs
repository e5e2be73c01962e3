using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Configuration;
using Sockudo.Server.Connections;
using Sockudo.Server.Gateway;
using Sockudo.Server.Http;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Metrics.Prometheus;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Hosting;

/// <summary>The layers, wired.</summary>
internal static class ServerServices
{
    /// <summary>Registers every layer with the options of the configuration.</summary>
    public static void AddSockudo(this IServiceCollection services, ServerConfiguration configuration)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddConfiguration(configuration);
        services.AddMetrics(configuration.Metrics);
        services.AddSingleton<IAppManager>(new MemoryAppManager(configuration.AppManager.Apps));
        services.AddCache(configuration);
        services.AddRateLimits(configuration);
        services.AddHostedService<StoreConnections>();
        services.AddRegistries(configuration.Cache);
        services.AddAdapter(configuration);
        services.AddWebhooks(configuration);
        services.AddMessaging();
        services.AddGateway(configuration.RateLimiter);
        services.AddHttpApi();
        services.AddRoutingCore();

        services.AddSingleton<Listeners>();
        services.AddSingleton<ServerReadiness>();
        services.AddSingleton<ReadinessLog>();
        services.AddSingleton<IReadiness>(static provider => provider.GetRequiredService<ServerReadiness>());
        services.AddHostedService<ServerLifecycle>();
        services.AddHostedService<Housekeeping>();
    }

    private static void AddMetrics(this IServiceCollection services, MetricsOptions options)
    {
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton(provider => new PrometheusExporter(
            provider.GetRequiredService<ServerMetrics>(), options.Prefix, options.Port, provider.GetRequiredService<ILogger<PrometheusExporter>>()));
    }

    private static WebSocketRateLimit CreateWebSocketRateLimit(IServiceProvider provider, RateLimiterOptions options)
    {
        var limiter = options.Enabled
            ? provider.GetRequiredService<RateLimiters>().Create(WebSocketRateLimit.Name, options.WebSocket)
            : null;
        return new WebSocketRateLimit(limiter, options.WebSocket.TrustHops, provider.GetRequiredService<ServerMetrics>());
    }

    private static void AddRegistries(this IServiceCollection services, CacheOptions cache)
    {
        services.AddSingleton<OutputLoops>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton(provider => new CachedEvents(
            new MemoryCache<CachedFrame>((int)Math.Min(cache.MaxCapacity, int.MaxValue), provider.GetRequiredService<TimeProvider>(), cache.MaxBytes),
            provider.GetRequiredService<ICache>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ChannelRegistry>();
    }

    private static void AddMessaging(this IServiceCollection services)
    {
        services.AddSingleton<SubscriptionCountNotifier>();
        services.AddSingleton<WatchlistNotifier>();
        services.AddSingleton<OccupancyNotifier>();
        services.AddSingleton<IOccupancyObserver>(static provider => new OccupancyRelay(
            provider.GetRequiredService<OccupancyNotifier>(),
            provider.GetRequiredService<OncePerCluster>(),
            provider.GetRequiredService<WebhookOccupancy>()));
        services.AddSingleton<SubscribeHandler>();
        services.AddSingleton<ClientEventHandler>();
        services.AddSingleton<SigninHandler>();
        services.AddSingleton<MessageDispatcher>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<ConnectionLifecycle>();
    }

    private static void AddGateway(this IServiceCollection services, RateLimiterOptions rateLimiter)
    {
        services.AddSingleton<GatewayState>();
        services.AddSingleton<HandshakeDeadlines>();
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<ClosingHandshake>();
        services.AddSingleton<ConnectionLoop>();
        services.AddSingleton<ConnectionAccepter>();
        services.AddSingleton<WebSocketDoor>();
        services.AddSingleton(provider => CreateWebSocketRateLimit(provider, rateLimiter));
        services.AddSingleton<ConnectionSweep>();
        services.AddSingleton<GatewayDrain>();
    }
}

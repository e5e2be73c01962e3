using Sockudo.Server.Adapters;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;
using Sockudo.Server.Gateway;
using Sockudo.Server.Messaging;
using Sockudo.Server.Metrics;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Hosting;

/// <summary>The layers, wired.</summary>
internal static class ServerServices
{
    /// <summary>Registers everything between the transport and the doors, on the local adapter.</summary>
    public static IServiceCollection AddSockudo(this IServiceCollection services, CacheOptions cache)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<OutputLoops>();
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton(provider => new CachedEvents(new MemoryCache<CachedFrame>((int)cache.MaxCapacity, provider.GetRequiredService<TimeProvider>())));
        services.AddSingleton<ChannelRegistry>();
        services.AddSingleton<SubscriptionCountNotifier>();
        services.AddSingleton<WatchlistNotifier>();
        services.AddSingleton<IOccupancyObserver, OccupancyNotifier>();
        services.AddSingleton<IAdapter, LocalAdapter>();

        services.AddSingleton<SubscribeHandler>();
        services.AddSingleton<ClientEventHandler>();
        services.AddSingleton<SigninHandler>();
        services.AddSingleton<MessageDispatcher>();
        services.AddSingleton<EventPublisher>();
        services.AddSingleton<ConnectionLifecycle>();

        services.AddSingleton<GatewayState>();
        services.AddSingleton<HandshakeDeadlines>();
        services.AddSingleton<ConnectionAdmission>();
        services.AddSingleton<ClosingHandshake>();
        services.AddSingleton<ConnectionLoop>();
        services.AddSingleton<ConnectionAccepter>();
        services.AddSingleton<WebSocketDoor>();
        services.AddSingleton<ConnectionSweep>();
        services.AddSingleton<GatewayDrain>();

        services.AddSingleton<ServerReadiness>();
        services.AddHostedService<ServerLifecycle>();
        services.AddHostedService<Housekeeping>();
        return services;
    }
}

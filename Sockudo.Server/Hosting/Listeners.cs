using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sockudo.Server.Gateway;
using Sockudo.Server.Metrics;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Kestrel's listeners, built from our addresses alone: Listen, then TLS, then the WebSocket door, HTTP/1.1 only. With endpoint
/// defaults the door would stand in front of TLS and see ciphertext.
/// </summary>
internal static class Listeners
{
    /// <summary>Sets up every listener of the configuration.</summary>
    public static void Configure(KestrelServerOptions kestrel, ListenerOptions options, MetricsOptions metrics)
    {
        kestrel.AddServerHeader = false;
        var door = kestrel.ApplicationServices.GetRequiredService<WebSocketDoor>();
        foreach (var address in options.Addresses) Listen(kestrel, address, listen => Public(listen, address, options, door));
        if (metrics.Enabled) Listen(kestrel, new ListenerAddress("http", metrics.Host, metrics.Port), MetricsOnly);
    }

    private static void Public(ListenOptions listen, ListenerAddress address, ListenerOptions options, WebSocketDoor door)
    {
        listen.Protocols = HttpProtocols.Http1;
        _ = (address, options);
        listen.Use(next => context => door.OnConnectionAsync(context, next));
    }

    private static void MetricsOnly(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => context =>
        {
            context.Features.Set(MetricsListenerFeature.Instance);
            return next(context);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, ListenerAddress address, Action<ListenOptions> configure)
    {
        if (address.IsUnixSocket) kestrel.ListenUnixSocket(address.Host, configure);
        else if (address.Host is "*") kestrel.ListenAnyIP(address.Port, configure);
        else if (address.Host is "localhost") kestrel.ListenLocalhost(address.Port, configure);
        else kestrel.Listen(IPAddress.Parse(address.Host), address.Port, configure);
    }
}

/// <summary>Marks connections of the metrics listener.</summary>
internal sealed class MetricsListenerFeature
{
    public static MetricsListenerFeature Instance { get; } = new();
}

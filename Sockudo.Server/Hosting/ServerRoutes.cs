using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Configuration;
using Sockudo.Server.Gateway;
using Sockudo.Server.Hosting.Demo;
using Sockudo.Server.Http;
using Sockudo.Server.Http.OpenApi;
using Sockudo.ServiceDefaults;

namespace Sockudo.Server.Hosting;

/// <summary>Which request ends where.</summary>
internal static class ServerRoutes
{
    /// <summary>Maps every route.</summary>
    public static void UseSockudo(this WebApplication app, ServerConfiguration configuration, bool isDevelopment)
    {
        app.UseRequestTurns();
        app.UseWaitingConnections();
        app.UseTargetGuard();
        if (configuration.Gateway.PathPrefix.Length > 0) app.UsePathBase(configuration.Gateway.PathPrefix);
        app.UseListenerGuard(configuration.Listener, isDevelopment);
        app.UseRouting();
        app.UseHttpApi();
        app.MapHttpApi();
        app.MapOpenApi();
        app.MapHealth(static context => ListenerRoleFeature.Of(context) == ListenerRole.Metrics);
        app.MapStats();
        app.MapCluster();
        app.MapMetrics();
        app.MapWebSocketUpgrade();
        app.MapDefaultEndpoints();
        if (!isDevelopment) return;
        app.MapDemoPage();
        app.MapDebug();
    }
}

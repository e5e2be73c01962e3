using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Configuration;
using Sockudo.Server.Metrics;
using Sockudo.Server.Tracing;
using Sockudo.ServiceDefaults;

namespace Sockudo.Server.Hosting;

/// <summary>Builds the application from the effective configuration: services, listeners, routes.</summary>
internal static class ServerHost
{
    // Probes, scrapes, and sockets of the second door: a span as long as a socket lives is of no use, and its connect has its own.
    private static readonly string[] UntracedPaths = ["/live", "/ready", "/up", "/metrics", "/stats", "/cluster", "/app"];

    // Kestrel's own stop comes after the drain; this is what it and the drain's last round may take on top.
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(5);

    /// <summary>The application, not started.</summary>
    public static WebApplication Build(ConfigurationResult result, ConfigurationSources sources)
    {
        var configuration = result.Configuration;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = sources.EnvironmentName, ApplicationName = "Sockudo.Server" });
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddSockudoConsole(configuration.Server);
        builder.Services.Configure<ConsoleLifetimeOptions>(static options => options.SuppressStatusMessages = true);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(configuration.Listener.ShutdownGracePeriod) + StopMargin);
        builder.AddServiceDefaults(defaults =>
        {
            defaults.Meters.Add(ServerMetrics.MeterName);
            defaults.ActivitySources.Add(ServerTracing.SourceName);
            defaults.InstanceId = configuration.Server.ProcessId;
            foreach (var path in UntracedPaths)
            {
                defaults.UntracedPaths.Add(path);
                if (configuration.Gateway.PathPrefix.Length > 1) defaults.UntracedPaths.Add(configuration.Gateway.PathPrefix + path);
            }
        });

        builder.AddServerHealth(configuration);
        builder.Services.AddSockudo(configuration);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.ApplicationServices.GetRequiredService<Listeners>().Configure(kestrel));
        builder.UseSocketTransport();

        var app = builder.Build();
        app.ObserveServer(configuration);
        app.UseSockudo(configuration, sources.IsDevelopment);
        return app;
    }
}

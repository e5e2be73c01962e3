using Microsoft.Extensions.Options;

namespace Sockudo.Server.Configuration;

/// <summary>Hands the effective configuration to the layers: each asks for the options of its own folder.</summary>
internal static class ConfigurationServices
{
    /// <summary>Registers every options class as <see cref="IOptions{TOptions}"/>; the values are those that were loaded and validated.</summary>
    public static IServiceCollection AddConfiguration(this IServiceCollection services, ServerConfiguration configuration)
    {
        services.AddSingleton(configuration);
        services.AddSingleton(Options.Create(configuration.Server));
        services.AddSingleton(Options.Create(configuration.Listener));
        services.AddSingleton(Options.Create(configuration.Gateway));
        services.AddSingleton(Options.Create(configuration.Messaging));
        services.AddSingleton(Options.Create(configuration.WebSocket));
        services.AddSingleton(Options.Create(configuration.Adapter));
        services.AddSingleton(Options.Create(configuration.Adapter.ClusterHealth));
        services.AddSingleton(Options.Create(configuration.AppManager));
        services.AddSingleton(Options.Create(configuration.Cache));
        services.AddSingleton(Options.Create(configuration.Queue));
        services.AddSingleton(Options.Create(configuration.Webhooks));
        services.AddSingleton(Options.Create(configuration.RateLimiter));
        services.AddSingleton(Options.Create(configuration.HttpApi));
        services.AddSingleton(Options.Create(configuration.Cors));
        services.AddSingleton(Options.Create(configuration.Metrics));
        return services;
    }
}

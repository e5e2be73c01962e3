using Microsoft.Extensions.Options;

namespace Sockudo.Server.Backplane.Nats;

/// <summary>The registration of the driver nats.</summary>
internal static class NatsBackplaneExtensions
{
    /// <summary>Makes NATS the backplane.</summary>
    public static IServiceCollection AddNatsBackplane(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<NatsBackplaneOptions>, NatsBackplaneOptionsValidator>();
        services.AddOptions<NatsBackplaneOptions>().ValidateOnStart();
        services.AddBackplane(static provider => new NatsConnector(
            provider.GetRequiredService<IOptions<NatsBackplaneOptions>>().Value,
            provider.GetRequiredService<BackplaneMetrics>(),
            provider.GetRequiredService<ILogger<NatsConnector>>()));
        return services;
    }
}

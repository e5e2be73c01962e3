namespace Sockudo.Server.Backplane;

/// <summary>The registration that every driver ends in.</summary>
internal static class BackplaneExtensions
{
    /// <summary>Makes the broker that a connector reaches the backplane.</summary>
    public static IServiceCollection AddBackplane(this IServiceCollection services, Func<IServiceProvider, IBrokerConnector> connector)
    {
        services.AddSingleton<BackplaneMetrics>();
        services.AddSingleton<IBackplane>(provider => new ReconnectingBackplane(
            connector(provider),
            provider.GetRequiredService<BackplaneMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReconnectingBackplane>>()));
        return services;
    }
}

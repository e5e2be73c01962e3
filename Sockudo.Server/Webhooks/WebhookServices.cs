namespace Sockudo.Server.Webhooks;

/// <summary>Registers webhooks above whatever <see cref="Queueing.IJobQueue"/> is registered.</summary>
internal static class WebhookServices
{
    /// <summary>Needs the queue, the app manager, the metrics and the options. Without the service of this name events are noted and go nowhere.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddSingleton<WebhookBatcher>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookDeliveries>();
        services.AddHostedService<WebhookService>();
        return services;
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Keys;
using Sockudo.ServiceDefaults;

namespace Sockudo.Server.Hosting.Clients;

/// <summary>
/// Aspire's NATS client (<c>UseAspireNats</c>): registers <c>INatsConnection</c> with its health check and spans, on the address the server
/// itself uses. The backplane keeps connections of its own, which it replaces when delivery is not proven.
/// </summary>
internal static class NatsClient
{
    /// <summary>Registers the client when the adapter is NATS, or only the health check when it is not a connection string that says where NATS is.</summary>
    public static void Add(IHostApplicationBuilder builder, ServerConfiguration configuration)
    {
        if (configuration.Adapter.Driver != "nats") return;
        var isChecked = AspireKeys.Find<bool>(configuration.Held, AspireKeys.Nats, "nats", "DisableHealthChecks") is not { Value: true };
        if (configuration.NatsConnectionString is not { } connectionString)
        {
            if (isChecked) builder.Services.AddHealthChecks().AddCheck<BrokerHealth>("NATS", HealthStatus.Unhealthy);
            return;
        }

        var isExported = !string.IsNullOrWhiteSpace(builder.Configuration[Extensions.OtlpEndpointKey]);
        builder.AddNatsClient("nats", settings =>
        {
            settings.ConnectionString = connectionString;
            settings.DisableHealthChecks = !isChecked;

            // Spans nobody exports would cost what they cost.
            settings.DisableTracing |= !isExported;
        });
    }
}

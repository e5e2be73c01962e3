using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Hosting.Clients;

/// <summary>
/// The NATS client as .NET's health checks see it: the adapter's own state, under the name of Aspire's client. Where Aspire.NATS.Net is
/// served (<c>UseAspireNats</c>) NatsClient.Aspire.cs is built in place of this file.
/// </summary>
internal static class NatsClient
{
    /// <summary>Registers the health check <c>NATS</c> when the adapter is NATS.</summary>
    public static void Add(IHostApplicationBuilder builder, ServerConfiguration configuration)
    {
        if (configuration.Adapter.Driver != "nats") return;
        if (AspireKeys.Find<bool>(configuration.Held, AspireKeys.Nats, "nats", "DisableHealthChecks") is { Value: true }) return;
        builder.Services.AddHealthChecks().AddCheck<BrokerHealth>("NATS", HealthStatus.Unhealthy);
    }
}

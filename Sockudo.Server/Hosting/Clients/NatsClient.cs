using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Hosting.Clients;

/// <summary>
/// The NATS client as .NET's health checks see it: the adapter's own state, under the name of Aspire's client. With
/// <c>-p:UseAspireClients=true</c> NatsClient.Aspire.cs is built in place of this file.
/// </summary>
internal static class NatsClient
{
    /// <summary>Registers the health check <c>NATS</c>.</summary>
    public static void Add(IHostApplicationBuilder builder, ServerConfiguration configuration)
    {
        if (AspireKeys.Find<bool>(configuration.Held, AspireKeys.Nats, "nats", "DisableHealthChecks") is { Value: true }) return;
        builder.Services.AddHealthChecks().AddCheck<BrokerHealth>("NATS", HealthStatus.Unhealthy);
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Hosting.Clients;

/// <summary>
/// The Redis client as .NET's health checks see it: the adapter's own state, under the name of Aspire's client. With
/// <c>-p:UseAspireClients=true</c> RedisClient.Aspire.cs is built in place of this file.
/// </summary>
internal static class RedisClient
{
    /// <summary>Registers the health check <c>StackExchange.Redis</c>.</summary>
    public static void Add(IHostApplicationBuilder builder, ServerConfiguration configuration)
    {
        if (AspireKeys.Find<bool>(configuration.Held, AspireKeys.Redis, "redis", "DisableHealthChecks") is { Value: true }) return;
        builder.Services.AddHealthChecks().AddCheck<BrokerHealth>("StackExchange.Redis", HealthStatus.Unhealthy);
    }
}

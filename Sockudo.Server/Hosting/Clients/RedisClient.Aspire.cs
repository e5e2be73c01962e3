using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Configuration;
using Sockudo.ServiceDefaults;

namespace Sockudo.Server.Hosting.Clients;

/// <summary>
/// Aspire's Redis client (<c>-p:UseAspireClients=true</c>): registers <c>IConnectionMultiplexer</c> with its health check and spans, on the
/// address the server itself uses. The backplane keeps connections of its own, which it replaces when delivery is not proven.
/// </summary>
internal static class RedisClient
{
    /// <summary>Registers the client, or only the health check when it is not a connection string that says where Redis is.</summary>
    public static void Add(IHostApplicationBuilder builder, ServerConfiguration configuration)
    {
        if (configuration.RedisConnectionString is not { } connectionString)
        {
            builder.Services.AddHealthChecks().AddCheck<BrokerHealth>("StackExchange.Redis", HealthStatus.Unhealthy);
            return;
        }

        var isExported = !string.IsNullOrWhiteSpace(builder.Configuration[Extensions.OtlpEndpointKey]);
        builder.AddRedisClient(
            "redis",
            settings =>
            {
                settings.ConnectionString = connectionString;

                // Spans nobody exports would cost what they cost.
                settings.DisableTracing |= !isExported;
            },
            static options => options.AbortOnConnectFail = false);
    }
}

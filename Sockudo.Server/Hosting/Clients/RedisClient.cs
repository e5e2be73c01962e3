using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Keys;
using Sockudo.Server.RedisConnections;
using Sockudo.ServiceDefaults;
using StackExchange.Redis;

namespace Sockudo.Server.Hosting.Clients;

/// <summary>
/// Aspire's Redis client (Aspire.StackExchange.Redis): its settings, its health check and, where asked for, its spans, on the connection that
/// cache, webhook queue and rate limits use. <see cref="IConnectionMultiplexer"/> is that connection, not one more. The backplane's own
/// connections are not among what it hands out (docs/decisions/0013).
/// </summary>
internal static class RedisClient
{
    /// <summary>The name that Aspire gives the health check.</summary>
    public const string HealthCheck = "StackExchange.Redis";

    /// <summary>The health check of the adapter where <see cref="HealthCheck"/> is that of the stores; named as Aspire names a further client.</summary>
    public const string AdapterHealthCheck = $"{HealthCheck}_adapter";

    /// <summary>Registers the client when cache, webhook queue, rate limits or the adapter are in Redis.</summary>
    public static void Add(IHostApplicationBuilder builder, ServerConfiguration configuration)
    {
        var stores = new RedisStores(configuration);
        var hasStores = stores.IsAny;
        var isAdapter = configuration.Adapter.Driver is "redis" or "redis-cluster";
        if (!hasStores && !isAdapter) return;

        var isChecked = Setting(configuration, "DisableHealthChecks") is not true;
        var isExported = !string.IsNullOrWhiteSpace(builder.Configuration[Extensions.OtlpEndpointKey]);
        builder.AddRedisClient("redis", settings =>
        {
            settings.ConnectionString = configuration.RedisConnectionString ?? settings.ConnectionString;

            // What asks the client would open a connection for nothing but the question where only the adapter is in Redis.
            settings.DisableHealthChecks = !isChecked || !hasStores;

            // The server has spans of its own around its commands.
            settings.DisableTracing = Setting(configuration, "DisableTracing") is not false || !isExported || !hasStores;

            // StoreConnections connects.
            settings.DisableAutoActivation = true;
        });
        builder.Services.TryAddSingleton<RedisLinks>();
        builder.Services.Replace(ServiceDescriptor.Singleton<IConnectionMultiplexer>(
            provider => new LinkedMultiplexer(provider.GetRequiredService<RedisLinks>().For(stores.Target(), "Aspire client"))));
        if (isAdapter && isChecked)
            builder.Services.AddHealthChecks().AddCheck<BrokerHealth>(hasStores ? AdapterHealthCheck : HealthCheck, HealthStatus.Unhealthy);
    }

    private static bool? Setting(ServerConfiguration configuration, string name) =>
        AspireKeys.Find<bool>(configuration.Held, AspireKeys.Redis, "redis", name)?.Value;
}

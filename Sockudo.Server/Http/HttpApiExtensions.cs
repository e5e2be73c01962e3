using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Sockudo.Server.Caching;
using Sockudo.Server.Metrics;
using Sockudo.Server.RateLimiting;

namespace Sockudo.Server.Http;

/// <summary>The REST API's place in the application.</summary>
internal static class HttpApiExtensions
{
    /// <summary>
    /// Adds what the routes need. It expects the layers below (apps, adapter, registries, publisher, metrics), their options, a
    /// <see cref="TimeProvider"/> and an <see cref="IReadiness"/>. An <see cref="ApiRateLimit"/>, <see cref="IReplayStore"/> or <see cref="IMemoryGauge"/> that was added before is kept.
    /// </summary>
    public static IServiceCollection AddHttpApi(this IServiceCollection services)
    {
        services.TryAddSingleton<IMemoryGauge>(static _ => new SystemMemory());
        services.TryAddSingleton(static provider => CreateApiRateLimit(provider));
        services.AddSingleton<HealthRateLimit>();
        services.TryAddSingleton<RateLimiters>();
        services.TryAddSingleton<IReplayStore>(static provider => new SharedReplayStore(
            new MemoryReplayStore(provider.GetRequiredService<IOptions<HttpApiOptions>>().Value.ReplayMaxBytes), provider.GetRequiredService<ICache>()));
        services.AddSingleton<ReplayProtection>();
        services.AddSingleton<AppRateLimits>();
        services.AddSingleton<ApiSignature>();
        services.AddSingleton<SignedRoutes>();
        services.AddSingleton<MemoryReading>();
        services.AddSingleton<MemoryGuard>();
        services.AddSingleton<IdempotentCalls>();
        services.AddSingleton<EventValidator>();
        services.AddSingleton<PublishHandler>();
        services.AddSingleton<HealthChecks>();
        services.AddSingleton<Statistics>();
        services.AddSingleton<WebhookStatistics>();
        services.AddSingleton<CorsHeaders>();
        services.AddHostedService<HttpApiSweep>();
        return services;
    }

    /// <summary>Puts cross-origin headers, plain 404s and the answer to failures around the routes. Must stand behind routing and before every endpoint.</summary>
    public static IApplicationBuilder UseHttpApi(this IApplicationBuilder app) => app.UseMiddleware<HttpApiMiddleware>();

    /// <summary>Maps the signed routes below <c>/apps</c>, and <c>/usage</c>.</summary>
    public static IEndpointConventionBuilder MapHttpApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        group.MapEvents();
        group.MapChannels();
        group.MapUsers();
        group.MapDeadLetters();
        group.MapUsage();
        return group;
    }

    private static ApiRateLimit CreateApiRateLimit(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<RateLimiterOptions>>().Value;
        var limiter = options.Enabled
            ? provider.GetRequiredService<RateLimiters>().Create(ApiRateLimit.Name, options.Api)
            : null;
        return new ApiRateLimit(limiter, options.Api.TrustHops, provider.GetRequiredService<ServerMetrics>());
    }
}

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Sockudo.ServiceDefaults;

/// <summary>
/// What every service of an Aspire application has in common: telemetry, health checks, service discovery, resilient HTTP clients.
/// It knows nothing of the service it is added to and works the same whether or not Aspire started it.
/// </summary>
public static class Extensions
{
    /// <summary>Where <see cref="MapDefaultEndpoints"/> answers whether every check passes.</summary>
    public const string HealthPath = "/health";

    /// <summary>Where <see cref="MapDefaultEndpoints"/> answers whether the process runs.</summary>
    public const string AlivePath = "/alive";

    /// <summary>The tag of health checks that say whether the process runs, as opposed to whether it can serve.</summary>
    public const string LiveTag = "live";

    /// <summary>The configuration key whose presence turns telemetry export on, as OpenTelemetry defines it.</summary>
    public const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Adds the health check "self", service discovery, resilience for every HttpClient of the factory and, when
    /// <see cref="OtlpEndpointKey"/> is set, OpenTelemetry's logs, metrics and traces. When it is not set nothing of OpenTelemetry is
    /// registered: nothing listens, no activity is made.
    /// </summary>
    /// <param name="builder">The application's builder; <see cref="OtlpEndpointKey"/> is read from its configuration now.</param>
    /// <param name="configure">Names the service's own meters and activity sources.</param>
    /// <returns>The builder.</returns>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder, Action<ServiceDefaultsOptions>? configure = null)
        where TBuilder : IHostApplicationBuilder
    {
        var options = new ServiceDefaultsOptions();
        configure?.Invoke(options);

        builder.Services.AddHealthChecks().AddCheck("self", static () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(static http =>
        {
            // A POST that timed out may have arrived: whoever sends one decides whether to send it again.
            http.AddStandardResilienceHandler(static resilience => resilience.Retry.DisableForUnsafeHttpMethods());
            http.AddServiceDiscovery();
        });

        if (!string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpointKey]))
        {
            AddOpenTelemetry(builder, options);
        }

        return builder;
    }

    /// <summary>
    /// Maps <see cref="HealthPath"/> and <see cref="AlivePath"/> in Development. Elsewhere nothing is mapped: what health checks tell may
    /// help an attacker, so a service decides for itself what it shows.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns>The application.</returns>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        if (app.Environment.IsDevelopment())
        {
            app.MapHealthChecks(HealthPath);
            app.MapHealthChecks(AlivePath, new HealthCheckOptions { Predicate = static check => check.Tags.Contains(LiveTag) });
        }

        return app;
    }

    private static void AddOpenTelemetry<TBuilder>(TBuilder builder, ServiceDefaultsOptions options)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Logging.AddOpenTelemetry(static logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        PathString[] untraced = [.. options.UntracedPaths.Select(static path => new PathString(path))];
        builder.Services.AddOpenTelemetry()
            // What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins.
            .ConfigureResource(resource => resource
                .AddService(builder.Environment.ApplicationName, serviceInstanceId: options.InstanceId, autoGenerateServiceInstanceId: options.InstanceId is null)
                .AddEnvironmentVariableDetector())
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter([.. options.Meters]))
            .WithTracing(tracing => tracing
                .AddSource([builder.Environment.ApplicationName, .. options.ActivitySources])
                .AddAspNetCoreInstrumentation(asp => asp.Filter = context => !untraced.Any(path => context.Request.Path.StartsWithSegments(path)))
                .AddHttpClientInstrumentation())
            .UseOtlpExporter();
    }
}

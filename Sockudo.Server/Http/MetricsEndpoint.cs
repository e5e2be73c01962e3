using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Metrics.Prometheus;

namespace Sockudo.Server.Http;

/// <summary>The Prometheus scrape.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Maps <c>/metrics</c>. Meant for the metrics listener. No signature.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder routes)
    {
        var exporter = routes.ServiceProvider.GetRequiredService<PrometheusExporter>();
        return routes.MapGet("/metrics", (RequestDelegate)(async context =>
        {
            context.Response.ContentType = PrometheusExporter.ContentType;
            await exporter.WriteAsync(context.Response.BodyWriter, context.RequestAborted);
        }));
    }
}

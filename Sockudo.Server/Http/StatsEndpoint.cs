using Microsoft.AspNetCore.Builder;

namespace Sockudo.Server.Http;

/// <summary><c>/stats</c>: what the node does now, for people and dashboards. Not for the public: it names every app.</summary>
internal static class StatsEndpoint
{
    /// <summary>Maps <c>/stats</c>. Meant for the metrics listener, and for the main one in Development.</summary>
    public static IEndpointConventionBuilder MapStats(this IEndpointRouteBuilder routes)
    {
        var statistics = routes.ServiceProvider.GetRequiredService<Statistics>();
        return routes.MapGet("/stats", (RequestDelegate)(async context =>
            await (await statistics.ReadAsync(context.RequestAborted)).WriteToAsync(context.Response)));
    }
}

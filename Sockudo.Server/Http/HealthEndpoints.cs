using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Sockudo.Server.Http;

/// <summary>
/// What load balancers and orchestrators ask: <c>/live</c> (restart me when this fails), <c>/ready</c> (send me traffic), and the
/// original's <c>/up</c>. Plain text, the same word in the header <c>X-Health-Check</c>. No signature, no limit.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the health routes for GET and HEAD.</summary>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder routes)
    {
        var readiness = routes.ServiceProvider.GetRequiredService<IReadiness>();
        var checks = routes.ServiceProvider.GetRequiredService<HealthChecks>();
        var group = routes.MapGroup("");
        group.MapMethods("/live", GetAndHead, (RequestDelegate)(static context => WriteAsync(context, 200, "OK")));
        group.MapMethods("/ready", GetAndHead, (RequestDelegate)(context => WriteAsync(context, readiness.Current)));
        group.MapMethods("/up", GetAndHead, (RequestDelegate)(async context => await WriteAsync(context, await checks.OfServerAsync(context.RequestAborted))));
        group.MapMethods("/up/{appId}", GetAndHead, (RequestDelegate)(async context =>
            await WriteAsync(context, await checks.OfAppAsync((string)context.Request.RouteValues["appId"]!, context.RequestAborted))));
        return group;
    }

    private static Task WriteAsync(HttpContext context, Readiness readiness)
    {
        if (readiness.State == ReadinessState.Ready) return WriteAsync(context, 200, "OK");
        var word = readiness.State.ToString().ToUpperInvariant();
        return WriteAsync(context, 503, word, readiness.Reason.Length == 0 ? word : $"{word}: {readiness.Reason}");
    }

    private static Task WriteAsync(HttpContext context, HealthResult result) => result switch
    {
        HealthResult.Ok => WriteAsync(context, 200, "OK"),
        HealthResult.Degraded => WriteAsync(context, 200, "DEGRADED"),
        HealthResult.NotFound => WriteAsync(context, 404, "NOT_FOUND"),
        _ => WriteAsync(context, 503, "ERROR"),
    };

    private static async Task WriteAsync(HttpContext context, int status, string word, string? text = null)
    {
        var body = Encoding.UTF8.GetBytes(text ?? word);
        context.Response.StatusCode = status;
        context.Response.Headers["X-Health-Check"] = word;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}

using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Sockudo.Server.Http;

/// <summary>
/// What load balancers and orchestrators ask: <c>/live</c> (restart me when this fails), <c>/ready</c> (send me traffic), and the
/// original's <c>/up</c>. Plain text, the same word in the header <c>X-Health-Check</c>. No signature. Who is no operator is told a word
/// and no reason, because a reason names other nodes, and is under an address limit when the rate limiter is on.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps the health routes for GET and HEAD.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="isOperator">Whether a request came by a way that only operators have.</param>
    public static IEndpointConventionBuilder MapHealth(this IEndpointRouteBuilder routes, Func<HttpContext, bool> isOperator)
    {
        var readiness = routes.ServiceProvider.GetRequiredService<IReadiness>();
        var checks = routes.ServiceProvider.GetRequiredService<HealthChecks>();
        var limit = routes.ServiceProvider.GetRequiredService<HealthRateLimit>();
        var group = routes.MapGroup("");
        Map("/live", static context => WriteAsync(context, 200, "OK"));
        Map("/ready", context => WriteAsync(context, readiness.Current, isOperator(context)));
        Map("/up", async context => await WriteAsync(context, await checks.OfServerAsync(context.RequestAborted)));
        Map("/up/{appId}", async context => await WriteAsync(context, await checks.OfAppAsync((string)context.Request.RouteValues["appId"]!, context.RequestAborted)));
        return group;

        void Map(string route, RequestDelegate answer) => group.MapMethods(route, GetAndHead, (RequestDelegate)(async context =>
        {
            if (!isOperator(context) && await limit.RefuseAsync(context) is not null) await WriteAsync(context, 429, "RATE_LIMITED");
            else await answer(context);
        }));
    }

    private static Task WriteAsync(HttpContext context, Readiness readiness, bool withReason)
    {
        if (readiness.State == ReadinessState.Ready) return WriteAsync(context, 200, "OK");
        var word = readiness.State.ToString().ToUpperInvariant();
        return WriteAsync(context, 503, word, withReason && readiness.Reason.Length > 0 ? $"{word}: {readiness.Reason}" : word);
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

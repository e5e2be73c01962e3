using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Refuses a request whose target holds anything but visible ASCII, and ends its connection. Kestrel takes a bare CR or a blank in a
/// target, which a server in front may take for the end of a line or of the target; the WebSocket door has the same rule.
/// </summary>
internal static class TargetGuard
{
    /// <summary>Stands in front of everything.</summary>
    public static void UseTargetGuard(this IApplicationBuilder app) => app.Use(static next => context =>
        context.Features.Get<IHttpRequestFeature>() is { } request && request.RawTarget.AsSpan().ContainsAnyExceptInRange('!', '~') ? RefuseAsync(context) : next(context));

    private static Task RefuseAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain";
        context.Response.Headers.Connection = "close";
        return context.Response.WriteAsync("400 BAD REQUEST");
    }
}

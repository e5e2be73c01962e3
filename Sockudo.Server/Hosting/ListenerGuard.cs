using Microsoft.AspNetCore.Builder;

namespace Sockudo.Server.Hosting;

/// <summary>
/// Keeps each listener to its own: metrics and statistics are the operator's and answer on the metrics listener (in Development
/// on both), sockets and API answer on the public one, health on both; the redirecting listener only redirects.
/// </summary>
internal static class ListenerGuard
{
    private static readonly string[] OperatorPaths = ["/metrics", "/stats", "/cluster", "/debug"];
    private static readonly string[] HealthPaths = ["/live", "/ready", "/up", "/health", "/alive"];

    /// <summary>Takes a connection from those that wait for a request while one of its requests is served.</summary>
    public static void UseWaitingConnections(this IApplicationBuilder app) =>
        app.Use(next => context => context.Features.Get<WaitingConnection>() is { } connection ? connection.ServeAsync(context, next) : next(context));

    /// <summary>Stands in front of routing.</summary>
    public static void UseListenerGuard(this IApplicationBuilder app, ListenerOptions options, bool isDevelopment) =>
        app.Use(next => context => ListenerRoleFeature.Of(context) switch
        {
            ListenerRole.Redirect => RedirectAsync(context, options),
            ListenerRole.Metrics when !IsBelow(context, OperatorPaths) && !IsBelow(context, HealthPaths) => NotFoundAsync(context),
            ListenerRole.Public when !isDevelopment && IsBelow(context, OperatorPaths) => NotFoundAsync(context),
            _ => next(context),
        });

    private static bool IsBelow(HttpContext context, string[] paths) => Array.Exists(paths, path => context.Request.Path.StartsWithSegments(path));

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync("404 NOT FOUND");
    }

    private static Task RedirectAsync(HttpContext context, ListenerOptions options)
    {
        var request = context.Request;
        var port = options.Addresses.FirstOrDefault(static address => address.IsTls).Port;
        var host = port is 443 or 0 ? new HostString(request.Host.Host) : new HostString(request.Host.Host, port);
        context.Response.Redirect($"https://{host}{request.PathBase}{request.Path}{request.QueryString}", permanent: true, preserveMethod: true);
        return Task.CompletedTask;
    }
}

using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Features;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Gateway;

/// <summary>
/// The second door: a proxy that reuses a keep-alive connection sends the upgrade as a later request, which the
/// <see cref="WebSocketDoor"/> cannot see. It ends in the same connection loop.
/// </summary>
internal static class UpgradeEndpoint
{
    /// <summary>Maps <c>/app/{key}</c>.</summary>
    public static IEndpointConventionBuilder MapWebSocketUpgrade(this IEndpointRouteBuilder routes)
    {
        var accepter = routes.ServiceProvider.GetRequiredService<ConnectionAccepter>();
        var state = routes.ServiceProvider.GetRequiredService<GatewayState>();
        var rateLimit = routes.ServiceProvider.GetRequiredService<WebSocketRateLimit>();
        return routes.MapGet("/app/{key}", context => HandleAsync(context, accepter, state, rateLimit));
    }

    private static async Task HandleAsync(HttpContext context, ConnectionAccepter accepter, GatewayState state, WebSocketRateLimit rateLimit)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            // Whoever reads the body otherwise would take what stands in it for a request.
            context.Response.Headers.Connection = "close";
            await RefuseAsync(context, HandshakeRefusals.Body).ConfigureAwait(false);
            return;
        }

        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade || !UpgradeRequest.HasToken(request.Headers.Upgrade.ToString(), "websocket"))
        {
            await RefuseAsync(context, HandshakeRefusals.NoUpgrade).ConfigureAwait(false);
            return;
        }

        if (!HttpProtocol.IsHttp11(request.Protocol))
        {
            await RefuseAsync(context, HandshakeRefusals.HttpVersion).ConfigureAwait(false);
            return;
        }

        var key = request.Headers.SecWebSocketKey.ToString();
        if (request.Headers.SecWebSocketVersion != "13")
        {
            await RefuseAsync(context, HandshakeRefusals.Version).ConfigureAwait(false);
            return;
        }

        if (!UpgradeRequest.IsValidKey(key))
        {
            await RefuseAsync(context, HandshakeRefusals.Key).ConfigureAwait(false);
            return;
        }

        if (state.IsDraining)
        {
            await RefuseAsync(context, HandshakeRefusals.Draining).ConfigureAwait(false);
            return;
        }

        var forwardedFor = request.Headers["X-Forwarded-For"].ToString();
        if (await rateLimit.CheckAsync(context.Connection.RemoteIpAddress, forwardedFor).ConfigureAwait(false) is { Allowed: false } lease)
        {
            lease.WriteTo(context.Response.Headers);
            await RefuseAsync(context, lease.IsUnavailable ? HandshakeRefusals.LimiterAway : HandshakeRefusals.RateLimited).ConfigureAwait(false);
            return;
        }

        context.Response.Headers["Sec-WebSocket-Accept"] = UpgradeRequest.AcceptFor(key);
        context.Response.Headers.Upgrade = "websocket";
        await using var stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

        // What the socket does in its life is no part of the request that began it.
        Activity.Current = null;
        var path = request.PathBase.ToUriComponent() + request.Path.ToUriComponent();
        await accepter.RunAsync(path, request.QueryString.ToUriComponent().TrimStart('?'), request.Headers.Origin, input, new PipeSink(output, context.Abort), acceptResponse: null)
            .ConfigureAwait(false);
    }

    private static Task RefuseAsync(HttpContext context, HandshakeRefusal refusal)
    {
        var response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "application/json";
        foreach (var line in refusal.Headers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            response.Headers[line[..colon]] = line[(colon + 2)..];
        }

        var body = refusal.Body();
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}

using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using Sockudo.Server.Apps;
using Sockudo.Server.Channels;
using Sockudo.Server.Gateway;
using Sockudo.Server.Messaging;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Hosting.Demo;

/// <summary>
/// The page at <c>/</c> that shows a first event without anything else installed. Development only: its routes publish and
/// authorise without credentials.
/// </summary>
internal static class DemoPage
{
    private const string MessageEvent = "message";
    private const string PresenceChannel = "presence-demo";
    private const int MaxTextLength = 200;

    /// <summary>Maps the page and what its script calls.</summary>
    public static void MapDemoPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", context => SendAsync(context, "index.html", "text/html; charset=utf-8"));
        routes.MapGet("/demo/demo.js", context => SendAsync(context, "demo.js", "text/javascript; charset=utf-8"));
        routes.MapGet("/demo/pusher.min.js", context => SendAsync(context, "pusher.min.js", "text/javascript; charset=utf-8"));
        routes.MapGet("/demo/app", SendAppAsync);
        routes.MapPost("/demo/events", PublishAsync);
        routes.MapPost("/demo/auth", AuthorizeAsync);
    }

    private static async Task SendAsync(HttpContext context, string resource, string contentType)
    {
        await using var content = typeof(DemoPage).Assembly.GetManifestResourceStream($"Sockudo.Server.Hosting.Demo.{resource}")!;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = content.Length;
        await content.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task SendAppAsync(HttpContext context)
    {
        var app = await AppAsync(context).ConfigureAwait(false);
        var prefix = context.RequestServices.GetRequiredService<IOptions<GatewayOptions>>().Value.PathPrefix;
        await WriteAsync(context, json =>
        {
            json.WriteString("id"u8, app.Id);
            json.WriteString("key"u8, app.Key);
            json.WriteString("path"u8, prefix);
        }).ConfigureAwait(false);
    }

    private static async Task PublishAsync(HttpContext context)
    {
        string? text;
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false);
            text = body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("text", out var value) ? value.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            text = null;
        }

        if (text is null || text.Length > MaxTextLength || !ChannelName.TryParse("demo", MaxTextLength, out var channel, out _))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var buffer = FrameBuffer.Rent(out var json);
        json.WriteStartObject();
        json.WriteString("text"u8, text);
        json.WriteEndObject();
        var data = PusherWriter.StringToken(buffer.ToJson());
        var app = await AppAsync(context).ConfigureAwait(false);
        context.RequestServices.GetRequiredService<EventPublisher>().Publish(app, new PublishedEvent(MessageEvent, [channel], data, [], Except: null));
        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static async Task AuthorizeAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var app = await AppAsync(context).ConfigureAwait(false);
        if (!SocketId.TryParse(form["socket_id"].ToString(), out var socketId) || form["channel_name"] != PresenceChannel)
        {
            // Signs for its own channel only: a developer's machine must not hand out the rest to whoever reaches it.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var channelData = $"{{\"user_id\":\"window-{socketId.Low % 1000}\"}}";
        var text = ChannelAuthorizer.SubscriptionText(socketId, PresenceChannel, channelData);
        await WriteAsync(context, json =>
        {
            json.WriteString("auth"u8, $"{app.Key}:{Signature.Of(app, text).ToHex()}");
            json.WriteString("channel_data"u8, channelData);
        }).ConfigureAwait(false);
    }

    private static async Task<App> AppAsync(HttpContext context) =>
        (await context.RequestServices.GetRequiredService<IAppManager>().ListAsync(context.RequestAborted).ConfigureAwait(false))[0];

    private static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> members)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        members(json);
        json.WriteEndObject();
    }
}

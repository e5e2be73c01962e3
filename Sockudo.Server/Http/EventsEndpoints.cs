using Microsoft.AspNetCore.Builder;

namespace Sockudo.Server.Http;

/// <summary>Publishing.</summary>
internal static class EventsEndpoints
{
    /// <summary>Maps <c>events</c> and <c>batch_events</c>.</summary>
    public static IEndpointConventionBuilder MapEvents(this IEndpointRouteBuilder routes)
    {
        var signed = routes.ServiceProvider.GetRequiredService<SignedRoutes>();
        var handler = routes.ServiceProvider.GetRequiredService<PublishHandler>();
        var group = routes.MapGroup("/apps/{appId}");
        group.MapPost("/events", signed.Guard(handler.PublishAsync));
        group.MapPost("/batch_events", signed.Guard(handler.PublishBatchAsync));
        return group;
    }
}

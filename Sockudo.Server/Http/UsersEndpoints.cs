using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Adapters;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Http;

/// <summary>Closing every socket of a signed-in user.</summary>
internal static class UsersEndpoints
{
    private static readonly PusherError Terminated = new(ErrorCode.Unauthorized, "your connections were terminated by the app");
    private static readonly PusherError Reconnect = new(ErrorCode.Reconnect, "the app asks you to reconnect");

    /// <summary>Maps <c>terminate_connections</c> (the client stays away) and <c>force_reconnect</c> (it comes back at once).</summary>
    public static IEndpointConventionBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        var signed = routes.ServiceProvider.GetRequiredService<SignedRoutes>();
        var adapter = routes.ServiceProvider.GetRequiredService<IAdapter>();
        var group = routes.MapGroup("/apps/{appId}/users/{userId}");
        group.MapPost("/terminate_connections", signed.Guard(request => Close(adapter, request, Terminated)));
        group.MapPost("/force_reconnect", signed.Guard(request => Close(adapter, request, Reconnect)));
        return group;
    }

    private static ApiAnswer Close(IAdapter adapter, ApiRequest request, PusherError reason)
    {
        var userId = RequestPath.Parameter(request.Context, "userId", fromEnd: 1);
        // What no user can be called has no sockets; the other nodes would take it for garbage.
        if (UserIdRule.Refusal(userId, request.App.MaxChannelNameLength) is null) adapter.CloseUser(request.App, userId, reason);
        return ApiAnswer.Ok;
    }
}

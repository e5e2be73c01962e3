using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Adapters;
using Sockudo.Server.Channels;

namespace Sockudo.Server.Http;

/// <summary>Reading channels: the list, one of them, the users of one.</summary>
internal static class ChannelsEndpoints
{
    private const string PresencePrefix = "presence-";

    /// <summary>Maps <c>channels</c> and what is below it.</summary>
    public static IEndpointConventionBuilder MapChannels(this IEndpointRouteBuilder routes)
    {
        var signed = routes.ServiceProvider.GetRequiredService<SignedRoutes>();
        var adapter = routes.ServiceProvider.GetRequiredService<IAdapter>();
        var cachedEvents = routes.ServiceProvider.GetRequiredService<CachedEvents>();
        var group = routes.MapGroup("/apps/{appId}/channels");
        group.MapGet("", signed.Guard(request => List(adapter, request)));
        group.MapGet("/{channelName}", signed.Guard(request => ShowAsync(adapter, cachedEvents, request)));
        group.MapGet("/{channelName}/users", signed.Guard(request => Users(adapter, request)));
        return group;
    }

    private static ApiAnswer List(IAdapter adapter, ApiRequest request)
    {
        var prefix = request.Query["filter_by_prefix"] ?? "";
        var info = ChannelInfoFormat.Parse(request.Query["info"]);
        if ((info & ChannelInfo.UserCount) != 0 && !IsPresence(prefix))
            return ApiErrors.UserCountNotAllowed.With("user_count is for presence channels only: use filter_by_prefix=presence-");

        var channels = adapter.Channels(request.App, prefix);
        return ApiAnswer.Object(json =>
        {
            json.WriteStartObject("channels"u8);
            foreach (var channel in channels)
            {
                json.WriteStartObject(channel.Channel);
                info.WriteCounts(json, channel, IsPresence(channel.Channel));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private static async ValueTask<ApiAnswer> ShowAsync(IAdapter adapter, CachedEvents cachedEvents, ApiRequest request)
    {
        if (TryReadName(request, fromEnd: 0, out var channel) is { } refusal) return refusal;
        var info = ChannelInfoFormat.Parse(request.Query["info"]);
        if ((info & ChannelInfo.UserCount) != 0 && !channel.IsPresence)
            return ApiErrors.UserCountNotAllowed.With("user_count is for presence channels only");

        if ((info & ChannelInfo.Cache) != 0 && channel.IsCache && cachedEvents.Find(request.App, channel.Value, out _) is null)
            await cachedEvents.LoadAsync(request.App, channel.Value, request.Aborted);
        var occupancy = adapter.Occupancy(request.App, channel.Value);
        var cached = (info & ChannelInfo.Cache) != 0 && channel.IsCache ? adapter.LastEvent(request.App, channel.Value) : null;
        return ApiAnswer.Object(json =>
        {
            json.WriteBoolean("occupied"u8, occupancy.IsOccupied);
            info.WriteCounts(json, occupancy, channel.IsPresence);
            if (cached is null) return;
            json.WriteStartObject("cache"u8);
            json.WriteString("data"u8, cached.Json.Span);
            json.WriteNumber("ttl"u8, (long)Math.Ceiling(cached.TimeToLive.TotalSeconds));
            json.WriteEndObject();
        });
    }

    private static ApiAnswer Users(IAdapter adapter, ApiRequest request)
    {
        if (TryReadName(request, fromEnd: 1, out var channel) is { } refusal) return refusal;
        if (!channel.IsPresence) return ApiErrors.NotPresence.With("only presence channels have users");
        var users = adapter.Members(request.App, channel.Value);
        return ApiAnswer.Object(json =>
        {
            json.WriteStartArray("users"u8);
            foreach (var user in users)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, user);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private static ApiAnswer? TryReadName(ApiRequest request, int fromEnd, out ChannelName channel)
    {
        var name = RequestPath.Parameter(request.Context, "channelName", fromEnd);
        return ChannelName.TryParse(name, request.App.MaxChannelNameLength, out channel, out var error) ? null : ApiErrors.ChannelInvalid.With(error.Message);
    }

    private static bool IsPresence(string channel) => channel.StartsWith(PresencePrefix, StringComparison.Ordinal);
}

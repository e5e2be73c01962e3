namespace Sockudo.Server.Http.OpenApi;

/// <summary>Every operation the server has. A test holds it against the routes that are mapped.</summary>
internal static class Operations
{
    private static readonly QueryParameter Info = new("info", "Comma-separated: user_count (presence channels only), subscription_count.");
    private static readonly Answer Done = new(200, "Done.", "Ok");
    private static readonly Answer Healthy = new(200, "OK, or DEGRADED when it works with less than was configured.");

    /// <summary>All of them, by path.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        new("post", "/apps/{appId}/events", "Publishes an event to one or more channels.",
            new(200, "Sent to the subscribers; with info, the counts of each channel.", "EventAnswer"),
            new(413, "The body, or the event's data, is too large.", "Error"), new(503, "The server is short of memory.", "Error"))
        {
            Body = "Event", TakesIdempotencyKey = true,
        },
        new("post", "/apps/{appId}/batch_events", "Publishes several events in order; all are checked before the first is sent.",
            new(200, "Sent; with info, one entry an event.", "BatchAnswer"),
            new(413, "The body, or an event's data, is too large.", "Error"), new(503, "The server is short of memory.", "Error"))
        {
            Body = "Batch", TakesIdempotencyKey = true,
        },
        new("get", "/apps/{appId}/channels", "Lists the occupied channels.", new Answer(200, "The channels.", "Channels"))
        {
            Query = [Info, new("filter_by_prefix", "Only channels whose names begin with this.")],
        },
        new("get", "/apps/{appId}/channels/{channelName}", "Tells about one channel.", new Answer(200, "The channel.", "Channel"))
        {
            Query = [new("info", "Comma-separated: user_count (presence channels only), subscription_count, cache (cache channels only).")],
        },
        new("get", "/apps/{appId}/channels/{channelName}/users", "Lists the users of a presence channel.", new Answer(200, "The users.", "Users")),
        new("post", "/apps/{appId}/users/{userId}/terminate_connections", "Closes every connection of a signed-in user with 4009; its clients stay away.", Done),
        new("post", "/apps/{appId}/users/{userId}/force_reconnect", "Closes every connection of a signed-in user with 4200; its clients reconnect at once.", Done),
        new("get", "/apps/{appId}/webhooks/dead_letters", "Lists webhooks that were given up, the youngest first.",
            new(200, "The dead letters.", "DeadLetters"), new(503, "The queue's broker is away.", "Error"))
        {
            Query = [new("limit", "From 1 to 1000, 100 when absent.")],
        },
        new("post", "/apps/{appId}/webhooks/dead_letters/replay", "Sends webhooks again that were given up, the oldest first and with the ids they had.",
            new(200, "How many were enqueued.", "Replayed"), new(503, "The queue's broker is away.", "Error"))
        {
            Body = "Replay",
        },
        new("get", "/live", "Whether the process runs.", Healthy),
        new("head", "/live", "Whether the process runs.", Healthy),
        new("get", "/ready", "Whether the process should get traffic.", Healthy, new(503, "STARTING, DRAINING or UNHEALTHY; on the metrics listener with the reason.")),
        new("head", "/ready", "Whether the process should get traffic.", Healthy, new(503, "STARTING, DRAINING or UNHEALTHY.")),
        new("get", "/up", "Whether the server has apps and a working adapter.", Healthy, new(503, "ERROR.")),
        new("head", "/up", "Whether the server has apps and a working adapter.", Healthy, new(503, "ERROR.")),
        new("get", "/up/{appId}", "Whether an app can be served.", Healthy, new(404, "NOT_FOUND: there is no such app, or it cannot be served.")),
        new("head", "/up/{appId}", "Whether an app can be served.", Healthy, new(404, "NOT_FOUND: there is no such app, or it cannot be served.")),
        new("get", "/usage", "Memory of the container or machine.", new(200, "Memory, in bytes.", "Usage"), new(404, "Switched off.")),
        new("get", "/stats", "The node's numbers (metrics listener; in Development also here).", new Answer(200, "The numbers.", "Stats")),
        new("get", "/metrics", "The Prometheus scrape (metrics listener).", new Answer(200, "Prometheus text format 0.0.4.")),
        new("get", "/openapi.json", "This document.", new Answer(200, "This document.", "Document")),
    ];
}

namespace Sockudo.Server.Apps;

/// <summary>
/// One tenant of the server: its credentials and its limits. Immutable; the limits are already effective values (a global
/// limit of the configuration file has been filled in where the app leaves its own open). Thread-safe.
/// </summary>
internal sealed record App
{
    /// <summary>The id in the HTTP API's paths.</summary>
    public required string Id { get; init; }

    /// <summary>The public key: the WebSocket path and <c>auth_key</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The HMAC secret. Never logged, never sent.</summary>
    public required string Secret { get; init; }

    /// <summary>Most sockets at once; 0 is no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Whether clients may send <c>client-</c> events.</summary>
    public bool EnableClientMessages { get; init; }

    /// <summary>A disabled app is refused by the socket (4003) and by the API (403).</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Client events per second and socket; 0 is no limit.</summary>
    public int MaxClientEventsPerSecond { get; init; }

    /// <summary>Published events per second over the API (a batch counts each of its events); null is no limit.</summary>
    public int? MaxBackendEventsPerSecond { get; init; }

    /// <summary>GET requests per second over the API; null is no limit.</summary>
    public int? MaxReadRequestsPerSecond { get; init; }

    /// <summary>Most distinct users of a presence channel; null is no limit.</summary>
    public int? MaxPresenceMembersPerChannel { get; init; }

    /// <summary>Largest <c>user_info</c> in kibibytes, rounded down before it is compared; null is no limit.</summary>
    public int? MaxPresenceMemberSizeInKb { get; init; }

    /// <summary>Longest channel name in characters.</summary>
    public int MaxChannelNameLength { get; init; } = 200;

    /// <summary>Most channels one publish may name; null is no limit.</summary>
    public int? MaxEventChannelsAtOnce { get; init; }

    /// <summary>Longest event name in characters, published or from a client.</summary>
    public int MaxEventNameLength { get; init; } = 200;

    /// <summary>Largest event data in kibibytes, published or from a client; null is no limit.</summary>
    public int? MaxEventPayloadInKb { get; init; }

    /// <summary>Most events of one batch; null is no limit.</summary>
    public int? MaxEventBatchSize { get; init; }

    /// <summary>Whether <c>pusher:signin</c> is offered and an unauthenticated socket is closed after the timeout.</summary>
    public bool EnableUserAuthentication { get; init; }

    /// <summary>Whether watchlist online/offline events are sent.</summary>
    public bool EnableWatchlistEvents { get; init; }

    /// <summary>Whether subscribers get <c>pusher_internal:subscription_count</c> (an extension key of ours, default off as at Pusher).</summary>
    public bool EnableSubscriptionCount { get; init; }

    /// <summary>Origins that may connect; null or empty is any.</summary>
    public OriginPatterns? AllowedOrigins { get; init; }

    /// <summary>Whether a socket without an Origin header is let in although there is a list: native clients send none. Default false.</summary>
    public bool AllowMissingOrigin { get; init; }

    /// <summary>Seconds the last event of a cache channel is kept.</summary>
    public int CacheTtlSeconds { get; init; } = 3600;

    /// <summary>Who is told of what happens in the app.</summary>
    public AppWebhooks Webhooks { get; init; } = AppWebhooks.None;
}

using Sockudo.Server.Configuration.Keys;
using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Apps;

/// <summary>The properties of an app. Numbers may be text with a number in it; null is the same as leaving a property out.</summary>
internal static class AppKeys
{
    /// <summary>The property with an app's webhooks, checked by <see cref="WebhookReader"/>.</summary>
    public const string Webhooks = "webhooks";

    /// <summary>The property with an app's delta rules.</summary>
    public const string DeltaRules = "channel_delta_compression";

    /// <summary>The properties in reading order.</summary>
    public static readonly IReadOnlyList<ConfigurationKey<AppDraft>> All =
    [
        Of("id", TextFormat.Instance, a => a.Id, (a, v) => a.Id = v, "The id in the HTTP API's paths.", "ID"),
        Of("key", TextFormat.Instance, a => a.Key, (a, v) => a.Key = v, "The public key: the WebSocket path and `auth_key`.", "KEY"),
        Of("secret", TextFormat.Instance, a => a.Secret, (a, v) => a.Secret = v, "The HMAC secret.", "SECRET", Secrecy.Secret),
        Number("max_connections", a => a.MaxConnections, (a, v) => a.MaxConnections = v, "Most sockets at once; 0 is no limit.", "MAX_CONNECTIONS"),
        Flag("enable_client_messages", a => a.EnableClientMessages, (a, v) => a.EnableClientMessages = v, "Clients may send `client-` events.", "SOCKUDO_ENABLE_CLIENT_MESSAGES"),
        Flag("enabled", a => a.Enabled, (a, v) => a.Enabled = v, "A disabled app is refused by the socket and the API.", "ENABLED"),
        Number("max_client_events_per_second", a => a.MaxClientEventsPerSecond, (a, v) => a.MaxClientEventsPerSecond = v, "Client events per second and socket; 0 is no limit.", "MAX_CLIENT_EVENTS_PER_SECOND"),
        Limit("max_backend_events_per_second", a => a.MaxBackendEventsPerSecond, (a, v) => a.MaxBackendEventsPerSecond = v,
            "Published events per second; an event counts once for each of its channels, as with Pusher. (The original ignores this key.)", "MAX_BACKEND_EVENTS_PER_SECOND"),
        Limit("max_read_requests_per_second", a => a.MaxReadRequestsPerSecond, (a, v) => a.MaxReadRequestsPerSecond = v,
            "GET requests of the API per second. (The original ignores this key.)", "MAX_READ_REQUESTS_PER_SECOND"),
        Limit("max_presence_members_per_channel", a => a.MaxPresenceMembersPerChannel, (a, v) => a.MaxPresenceMembersPerChannel = v, "Most distinct users of a presence channel.", "MAX_PRESENCE_MEMBERS_PER_CHANNEL"),
        Limit("max_presence_member_size_in_kb", a => a.MaxPresenceMemberSizeInKb, (a, v) => a.MaxPresenceMemberSizeInKb = v, "Largest `user_info`.", "MAX_PRESENCE_MEMBER_SIZE_IN_KB", "KiB"),
        Limit("max_channel_name_length", a => a.MaxChannelNameLength, (a, v) => a.MaxChannelNameLength = v, "Longest channel name.", "MAX_CHANNEL_NAME_LENGTH", "characters", "`200`"),
        Limit("max_event_channels_at_once", a => a.MaxEventChannelsAtOnce, (a, v) => a.MaxEventChannelsAtOnce = v, "Most channels of one publish.", "MAX_EVENT_CHANNELS_AT_ONCE"),
        Limit("max_event_name_length", a => a.MaxEventNameLength, (a, v) => a.MaxEventNameLength = v, "Longest event name.", "MAX_EVENT_NAME_LENGTH", "characters", "`200`"),
        Limit("max_event_payload_in_kb", a => a.MaxEventPayloadInKb, (a, v) => a.MaxEventPayloadInKb = v, "Largest event data.", "MAX_EVENT_PAYLOAD_IN_KB", "KiB"),
        Limit("max_event_batch_size", a => a.MaxEventBatchSize, (a, v) => a.MaxEventBatchSize = v, "Most events of one batch.", "MAX_EVENT_BATCH_SIZE"),
        Flag("enable_user_authentication", a => a.EnableUserAuthentication, (a, v) => a.EnableUserAuthentication = v, "`pusher:signin`, and the time-out of sockets that do not use it.", "ENABLE_USER_AUTHENTICATION"),
        Flag("enable_watchlist_events", a => a.EnableWatchlistEvents, (a, v) => a.EnableWatchlistEvents = v, "Online and offline events of watched users.", "ENABLE_WATCHLIST_EVENTS"),
        Flag("enable_subscription_count", a => a.EnableSubscriptionCount, (a, v) => a.EnableSubscriptionCount = v,
            "`pusher_internal:subscription_count` for subscribers of non-presence channels. (An extension.)", ""),
        Of("allowed_origins", OriginList.Format, a => a.AllowedOrigins, (a, v) => a.AllowedOrigins = v,
            "Origins that may connect, [compared as URLs](#origins); none is any.", "ALLOWED_ORIGINS"),
        Flag("allow_missing_origin", a => a.AllowMissingOrigin, (a, v) => a.AllowMissingOrigin = v,
            "With a list of `allowed_origins`, also let in sockets that send no Origin header, as native clients do. (An extension.)", "ALLOW_MISSING_ORIGIN"),
    ];

    /// <summary>The global limit that fills a property its app leaves open; null for the others.</summary>
    public static string? FilledBy(string property) => property switch
    {
        "max_channel_name_length" => "channel_limits.max_name_length",
        "max_event_channels_at_once" => "event_limits.max_channels_at_once",
        "max_event_name_length" => "event_limits.max_name_length",
        "max_event_payload_in_kb" => "event_limits.max_payload_in_kb",
        "max_event_batch_size" => "event_limits.max_batch_size",
        "max_presence_members_per_channel" => "presence.max_members_per_channel",
        "max_presence_member_size_in_kb" => "presence.max_member_size_in_kb",
        _ => null,
    };

    /// <summary>The property of a name, or null.</summary>
    public static ConfigurationKey<AppDraft>? Find(string name) => All.FirstOrDefault(key => key.Path == name);

    /// <summary>Every name an app may have, for suggestions.</summary>
    public static IEnumerable<string> Names => All.Select(static key => key.Path).Append(Webhooks).Append(DeltaRules);

    private static ConfigurationKey<AppDraft> Number(string name, Func<AppDraft, long> get, Action<AppDraft, long> set, string doc, string variable) =>
        Of(name, new IntegerFormat(0, Key.MaxCount, acceptText: true), get, set, doc, variable);

    private static ConfigurationKey<AppDraft> Limit(
        string name, Func<AppDraft, long?> get, Action<AppDraft, long?> set, string doc, string variable, string unit = "", string otherwise = "no limit") =>
        new ConfigurationKey<AppDraft, long>(name, new IntegerFormat(0, Key.MaxCount, acceptText: true), a => get(a) ?? 0, (a, v) => set(a, v))
        {
            Doc = doc,
            Unit = unit,
            Variables = Variable(variable),
            DefaultNote = otherwise,
        };

    private static ConfigurationKey<AppDraft> Flag(string name, Func<AppDraft, bool> get, Action<AppDraft, bool> set, string doc, string variable) =>
        Of(name, BooleanFormat.Instance, get, set, doc, variable);

    private static ConfigurationKey<AppDraft> Of<T>(
        string name, ValueFormat<T> format, Func<AppDraft, T> get, Action<AppDraft, T> set, string doc, string variable, Secrecy secrecy = Secrecy.None) =>
        new ConfigurationKey<AppDraft, T>(name, format, get, set) { Doc = doc, Variables = Variable(variable), Secrecy = secrecy };

    private static string[] Variable(string name) => name.Length == 0 ? [] : [name.StartsWith("SOCKUDO_", StringComparison.Ordinal) ? name : DefaultApp.Prefix + name];
}

using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Section <c>app_manager</c> and the global limits. The apps themselves: <c>AppKeys</c>.</summary>
internal static class AppManagerKeys
{
    /// <summary>Where apps come from.</summary>
    public static readonly KeySection Section = new("App manager", "`app_manager.array.apps` is the list of apps, see [Apps](#apps).", [
        Key.Of("app_manager.driver", new ChoiceFormat(["memory", "mysql", "dynamodb", "pgsql", "scylladb"], ["memory"], false, ("postgres", "pgsql"), ("postgresql", "pgsql"), ("scylla", "scylladb")),
            c => c.AppManager.Driver, (c, v) => c.AppManager.Driver = v, "Where apps are looked up. `memory`: in this configuration.", "APP_MANAGER_DRIVER"),
        Key.Boolean("app_manager.cache.enabled", c => c.AppManager.CacheEnabled, (c, v) => c.AppManager.CacheEnabled = v, "Keep apps of a database in the cache.", notice: Notices.AppCache),
        Key.Integer("app_manager.cache.ttl", 0, Key.MaxCount, c => c.AppManager.CacheTtl, (c, v) => c.AppManager.CacheTtl = v,
            "How long an app of a database is kept.", "CACHE_TTL_SECONDS", "seconds", Notices.AppCache),
    ]);

    /// <summary>The limits that fill an app's gaps.</summary>
    public static readonly KeySection Limits = new(
        "Global limits",
        "Each fills the gap of apps that leave their own value open, and only when the key is in the file: the original never enforces them.",
        [
            Key.OptionalInteger("channel_limits.max_name_length", c => c.Limits.MaxChannelNameLength, (c, v) => c.Limits.MaxChannelNameLength = Key.Clamp(v),
                "Longest channel name.", unit: "characters", defaultNote: "unset; apps: 200", minimum: 1),
            Key.OptionalInteger("channel_limits.cache_ttl", c => c.Limits.CacheTtl, (c, v) => c.Limits.CacheTtl = Key.Clamp(v),
                "How long the last event of a cache channel is kept. The variable counts only when the file has the key.", "CACHE_TTL_SECONDS", "seconds", "unset; 3600 in force", needsFile: true),
            Key.OptionalInteger("event_limits.max_channels_at_once", c => c.Limits.MaxEventChannelsAtOnce, (c, v) => c.Limits.MaxEventChannelsAtOnce = Key.Clamp(v),
                "Most channels of one publish.", defaultNote: "unset; apps: no limit", minimum: 1),
            Key.OptionalInteger("event_limits.max_name_length", c => c.Limits.MaxEventNameLength, (c, v) => c.Limits.MaxEventNameLength = Key.Clamp(v),
                "Longest event name.", unit: "characters", defaultNote: "unset; apps: 200", minimum: 1),
            Key.OptionalInteger("event_limits.max_payload_in_kb", c => c.Limits.MaxEventPayloadInKb, (c, v) => c.Limits.MaxEventPayloadInKb = Key.Clamp(v),
                "Largest event data.", unit: "KiB", defaultNote: "unset; apps: no limit"),
            Key.OptionalInteger("event_limits.max_batch_size", c => c.Limits.MaxEventBatchSize, (c, v) => c.Limits.MaxEventBatchSize = Key.Clamp(v),
                "Most events of one batch.", defaultNote: "unset; apps: no limit", minimum: 1),
            Key.OptionalInteger("presence.max_members_per_channel", c => c.Limits.MaxPresenceMembersPerChannel, (c, v) => c.Limits.MaxPresenceMembersPerChannel = Key.Clamp(v),
                "Most distinct users of a presence channel.", defaultNote: "unset; apps: no limit"),
            Key.OptionalInteger("presence.max_member_size_in_kb", c => c.Limits.MaxPresenceMemberSizeInKb, (c, v) => c.Limits.MaxPresenceMemberSizeInKb = Key.Clamp(v),
                "Largest `user_info`.", unit: "KiB", defaultNote: "unset; apps: no limit"),
            Held.Integer("presence.leave_grace_ms", 0, "A user who comes back within this time, on any node of a cluster, causes no member event; at most 10 minutes.", unit: "ms", maximum: 600_000),
        ]);
}

using Sockudo.Server.Apps;

namespace Sockudo.Server.Configuration.Apps;

/// <summary>An app as it was configured: null where its owner left a value open. Used while the configuration is loaded and for showing it.</summary>
internal sealed class AppDraft(string path)
{
    /// <summary>Where the app stands: <c>app_manager.array.apps[0]</c>, or the name of the variables that give it.</summary>
    public string Path => path;

    /// <summary>Where each property comes from; a property that is absent has its default.</summary>
    public Dictionary<string, ValueOrigin> Origins { get; } = new(StringComparer.Ordinal);

    public string Id { get; set; } = "";

    public string Key { get; set; } = "";

    public string Secret { get; set; } = "";

    public long MaxConnections { get; set; }

    public bool EnableClientMessages { get; set; }

    public bool Enabled { get; set; } = true;

    public long MaxClientEventsPerSecond { get; set; }

    public long? MaxBackendEventsPerSecond { get; set; }

    public long? MaxReadRequestsPerSecond { get; set; }

    public long? MaxPresenceMembersPerChannel { get; set; }

    public long? MaxPresenceMemberSizeInKb { get; set; }

    public long? MaxChannelNameLength { get; set; }

    public long? MaxEventChannelsAtOnce { get; set; }

    public long? MaxEventNameLength { get; set; }

    public long? MaxEventPayloadInKb { get; set; }

    public long? MaxEventBatchSize { get; set; }

    public bool EnableUserAuthentication { get; set; }

    public bool EnableWatchlistEvents { get; set; }

    public bool EnableSubscriptionCount { get; set; }

    public IReadOnlyList<string> AllowedOrigins { get; set; } = [];

    public bool AllowMissingOrigin { get; set; }

    /// <summary>The webhooks that could be read.</summary>
    public IReadOnlyList<WebhookEndpoint> Webhooks { get; set; } = [];

    /// <summary>Whether the app has rules for delta compression.</summary>
    public bool HasDeltaRules { get; set; }

    /// <summary>The effective app: what was configured, then the global limits, then the app's own defaults.</summary>
    public App Build(GlobalLimits limits)
    {
        var fresh = new App { Id = "", Key = "", Secret = "" };
        return new App
        {
            Id = Id,
            Key = Key,
            Secret = Secret,
            MaxConnections = Keys.Key.Clamp(MaxConnections),
            EnableClientMessages = EnableClientMessages,
            Enabled = Enabled,
            MaxClientEventsPerSecond = Keys.Key.Clamp(MaxClientEventsPerSecond),
            MaxBackendEventsPerSecond = Keys.Key.Clamp(MaxBackendEventsPerSecond),
            MaxReadRequestsPerSecond = Keys.Key.Clamp(MaxReadRequestsPerSecond),
            MaxPresenceMembersPerChannel = Keys.Key.Clamp(MaxPresenceMembersPerChannel) ?? limits.MaxPresenceMembersPerChannel,
            MaxPresenceMemberSizeInKb = Keys.Key.Clamp(MaxPresenceMemberSizeInKb) ?? limits.MaxPresenceMemberSizeInKb,
            MaxChannelNameLength = Keys.Key.Clamp(MaxChannelNameLength) ?? limits.MaxChannelNameLength ?? fresh.MaxChannelNameLength,
            MaxEventChannelsAtOnce = Keys.Key.Clamp(MaxEventChannelsAtOnce) ?? limits.MaxEventChannelsAtOnce,
            MaxEventNameLength = Keys.Key.Clamp(MaxEventNameLength) ?? limits.MaxEventNameLength ?? fresh.MaxEventNameLength,
            MaxEventPayloadInKb = Keys.Key.Clamp(MaxEventPayloadInKb) ?? limits.MaxEventPayloadInKb,
            MaxEventBatchSize = Keys.Key.Clamp(MaxEventBatchSize) ?? limits.MaxEventBatchSize,
            EnableUserAuthentication = EnableUserAuthentication,
            EnableWatchlistEvents = EnableWatchlistEvents,
            EnableSubscriptionCount = EnableSubscriptionCount,
            AllowedOrigins = OriginPatterns.Parse(AllowedOrigins),
            AllowMissingOrigin = AllowMissingOrigin,
            CacheTtlSeconds = limits.CacheTtl ?? fresh.CacheTtlSeconds,
            Webhooks = Webhooks.Count == 0 ? AppWebhooks.None : new AppWebhooks(Webhooks),
        };
    }
}

namespace Sockudo.Server.Apps;

/// <summary>
/// Limits for apps that leave a value open (sections <c>channel_limits</c>, <c>event_limits</c>, <c>presence</c>). Null is "not in
/// the file": then the app's own default applies, because the original never enforced these keys.
/// </summary>
internal sealed class GlobalLimits
{
    /// <summary>Longest channel name. Unit: characters. Default unset (apps: 200).</summary>
    public int? MaxChannelNameLength { get; set; }

    /// <summary>How long the last event of a cache channel is kept. Unit: seconds. Default unset (apps: 3600).</summary>
    public int? CacheTtl { get; set; }

    /// <summary>Most channels of one publish. Default unset (apps: no limit).</summary>
    public int? MaxEventChannelsAtOnce { get; set; }

    /// <summary>Longest event name. Unit: characters. Default unset (apps: 200).</summary>
    public int? MaxEventNameLength { get; set; }

    /// <summary>Largest event data. Unit: KiB. Default unset (apps: no limit).</summary>
    public int? MaxEventPayloadInKb { get; set; }

    /// <summary>Most events of one batch. Default unset (apps: no limit).</summary>
    public int? MaxEventBatchSize { get; set; }

    /// <summary>Most distinct users of a presence channel. Default unset (apps: no limit).</summary>
    public int? MaxPresenceMembersPerChannel { get; set; }

    /// <summary>Largest <c>user_info</c>. Unit: KiB. Default unset (apps: no limit).</summary>
    public int? MaxPresenceMemberSizeInKb { get; set; }
}

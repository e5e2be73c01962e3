namespace Sockudo.Server.Apps;

/// <summary>Where an app wants to be told of what. Immutable.</summary>
internal sealed record WebhookEndpoint
{
    /// <summary>An absolute http or https URL.</summary>
    public required Uri Url { get; init; }

    /// <summary>What it is told of.</summary>
    public required WebhookEventTypes Events { get; init; }

    /// <summary>Which channels it is told of; null is all. Events of a user have no channel and pass.</summary>
    public ChannelFilter? Filter { get; init; }

    /// <summary>Headers of each request, beside those of the protocol.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}

namespace Sockudo.Server.Messaging;

/// <summary>How the protocol talks to its clients.</summary>
internal sealed class MessagingOptions
{
    /// <summary>Seconds of silence after which clients should ping, as told at connect (<c>activity_timeout</c>). Default 120.</summary>
    public int ActivityTimeout { get; set; } = 120;

    /// <summary>Whether a refused signature names the text that was to be signed. On in Development only. Default false.</summary>
    public bool ExplainSignatures { get; set; }

    /// <summary>Most channels one socket may be subscribed to at once (<c>websocket.max_channels</c>); one more is refused. Null is no limit. Default 10,000.</summary>
    public int? MaxChannels { get; set; } = 10_000;

    /// <summary>Above this many subscriptions, subscription_count events are spaced by <see cref="SubscriptionCountInterval"/>. Default 100.</summary>
    public int SubscriptionCountThreshold { get; set; } = 100;

    /// <summary>Shortest time between two subscription_count events of a large channel. Unit: seconds. Default 5.</summary>
    public int SubscriptionCountInterval { get; set; } = 5;
}

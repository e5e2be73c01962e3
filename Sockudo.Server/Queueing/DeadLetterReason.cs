namespace Sockudo.Server.Queueing;

/// <summary>Why a job was given up. Part of the API's contract and labels of a metric: may be added to, never changed.</summary>
internal static class DeadLetterReason
{
    /// <summary>It was tried for as long as it may be.</summary>
    public const string Expired = "expired";

    /// <summary>The queue had its full number.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>Its destination had its quarter of the queue.</summary>
    public const string DestinationFull = "destination_full";

    /// <summary>It is larger than the broker takes.</summary>
    public const string TooLarge = "too_large";

    /// <summary>The broker refuses it for what is in it.</summary>
    public const string BrokerRefused = "broker_refused";

    /// <summary>The broker was away until the process had no room for more, or until it ended.</summary>
    public const string BrokerAway = "broker_away";

    /// <summary>The app is configured no more.</summary>
    public const string AppRemoved = "app_removed";

    /// <summary>The app has no webhook with this URL any more.</summary>
    public const string EndpointRemoved = "endpoint_removed";
}

namespace Sockudo.Server.Backplane;

/// <summary>
/// One connection to a broker, from being open to being lost. It heals nothing: once lost it delivers and sends nothing more and
/// another is opened in its place. Thread-safe.
/// </summary>
internal interface IBrokerConnection : IAsyncDisposable
{
    /// <summary>The largest message this connection takes. Unit: bytes.</summary>
    int MaxMessageBytes { get; }

    /// <summary>Completes with the reason when the connection is lost; never fails.</summary>
    Task<string> Lost { get; }

    /// <summary>
    /// Sends a message and completes when the broker has taken it, which may be never: the deadline is the caller's. At most one call is
    /// under way. The message's bytes are read until the task completes.
    /// </summary>
    /// <exception cref="Exception">The broker refuses the message; why is logged: it holds no secret.</exception>
    Task<PublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> message);

    /// <summary>Subscribes and completes when the subscription is in force. The handler gets one message after another, in the broker's order.</summary>
    /// <exception cref="Exception">The broker refuses or is gone. The message is logged: it holds no secret.</exception>
    Task SubscribeAsync(string topic, BackplaneHandler handler, CancellationToken cancellationToken);

    /// <summary>Ends a subscription; unknown topics are no error.</summary>
    Task UnsubscribeAsync(string topic, CancellationToken cancellationToken);
}

namespace Sockudo.Server.Backplane;

/// <summary>Takes one message of a topic. Called for one message after another; the bytes are valid during the call only. Must not block or throw.</summary>
internal delegate void BackplaneHandler(ReadOnlySpan<byte> message);

/// <summary>
/// A broker, and nothing of Pusher. It promises, for every driver (the conformance suite holds each to it): what one publisher sends to
/// a topic, one publish awaited after another, reaches each subscriber's handler one after another, each for the first time in that
/// order; a publish ends by its deadline, whatever the broker does; after a lost connection it connects and subscribes again by itself.
/// It does not promise that a message arrives, nor that it arrives once: while a Redis Cluster changes, a topic may for a moment be
/// subscribed on two of its nodes. Who said what, in which order and whether before is judged above, by authenticated headers only:
/// what stands outside them anybody can forge who can publish. Everything else is built once, above, too. Thread-safe.
/// </summary>
internal interface IBackplane : IAsyncDisposable
{
    /// <summary>The largest message that can be published now; another connection may take another size, so ask when it is used. Unit: bytes.</summary>
    int MaxMessageBytes { get; }

    /// <summary>What an operator raises to have larger messages taken.</summary>
    string MaxMessageSetting { get; }

    /// <summary>What the driver believes about its connection. Belief only: proof of delivery is the cluster's.</summary>
    BackplaneState State { get; }

    /// <summary>Raised after each change of <see cref="State"/>, on any thread. Handlers must be quick.</summary>
    event Action<BackplaneState>? StateChanged;

    /// <summary>Begins connecting, and goes on trying with a back-off until disposed. Returns after the first attempt, whatever its result; throws for nothing but a configuration that can never work.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Publishes to a topic. Only one caller at a time publishes (the bus-writer loop). A result other than
    /// <see cref="PublishResult.Sent"/> means that nobody may have got it; it never throws and never queues for later.
    /// </summary>
    ValueTask<PublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> message, TimeSpan deadline);

    /// <summary>Registers the handler of a topic, now and after every reconnect. Completes when the subscription is in force, or once it is registered while there is no connection.</summary>
    Task SubscribeAsync(string topic, BackplaneHandler handler, CancellationToken cancellationToken);

    /// <summary>Ends a subscription; unknown topics are no error.</summary>
    Task UnsubscribeAsync(string topic, CancellationToken cancellationToken);

    /// <summary>Replaces the connection by a new one: the node lost its proof although the driver believes itself connected. Returns at once.</summary>
    void Reconnect(string reason);
}

/// <summary>What a driver believes about its connection.</summary>
internal enum BackplaneState
{
    Connecting,
    Connected,
    Disconnected,
}

/// <summary>What became of a publish.</summary>
internal enum PublishResult
{
    /// <summary>The broker took it.</summary>
    Sent,

    /// <summary>There is no connection.</summary>
    NotConnected,

    /// <summary>The deadline passed; the broker may or may not have it.</summary>
    TimedOut,

    /// <summary>The broker refused it; logged by the driver.</summary>
    Failed,
}

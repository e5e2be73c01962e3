using System.Collections.Concurrent;
using NATS.Client.Core;

namespace Sockudo.Server.Backplane.Nats;

/// <summary>Publish and subscribe on one NATS connection, which is never allowed to reconnect by itself. Thread-safe.</summary>
internal sealed partial class NatsBrokerConnection : IBrokerConnection
{
    private readonly NatsConnection _connection;
    private readonly string _driver;
    private readonly BackplaneMetrics _metrics;
    private readonly ILogger _logger;
    private readonly int _defaultMaxMessageBytes;
    private readonly CancellationTokenSource _ending = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, INatsSub<NatsMemoryOwner<byte>>> _subscribed = new(StringComparer.Ordinal);
    private int _errorsLogged;
    private int _disposed;

    public NatsBrokerConnection(NatsConnection connection, string driver, int defaultMaxMessageBytes, BackplaneMetrics metrics, ILogger logger)
    {
        _connection = connection;
        _driver = driver;
        _metrics = metrics;
        _logger = logger;
        _defaultMaxMessageBytes = defaultMaxMessageBytes;
        connection.ConnectionDisconnected += OnDisconnected;
        connection.LameDuckModeActivated += OnLameDuck;
        connection.MessageDropped += OnMessageDropped;
        connection.ServerError += OnServerError;
        if (connection.ConnectionState != NatsConnectionState.Open)
        {
            Fail("it ended at once");
        }
    }

    /// <inheritdoc/>
    public int MaxMessageBytes => _connection.ServerInfo is { MaxPayload: > 0 } info ? info.MaxPayload : _defaultMaxMessageBytes;

    /// <inheritdoc/>
    public Task<string> Lost => _lost.Task;

    /// <inheritdoc/>
    /// <exception cref="NatsPayloadTooLargeException">The server takes less by now: the message is refused, and the connection is as good as before.</exception>
    public async Task<PublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> message)
    {
        if (_lost.Task.IsCompleted)
        {
            return PublishResult.NotConnected;
        }

        try
        {
            var ending = _ending.Token;
            await _connection.PublishAsync(
                NatsSubject.Of(topic), message, serializer: NatsRawSerializer<ReadOnlyMemory<byte>>.Default, cancellationToken: ending).ConfigureAwait(false);
            // NATS answers no publish; it answers a ping, after everything that was sent before it.
            await _connection.PingAsync(ending).ConfigureAwait(false);
            return PublishResult.Sent;
        }
        catch (Exception exception) when (
            exception is (NatsException and not NatsPayloadTooLargeException) or OperationCanceledException or ObjectDisposedException or IOException)
        {
            if (_lost.Task.IsCompleted)
            {
                return PublishResult.NotConnected;
            }

            // Whatever is sent behind it would come as late as this.
            Fail($"a publish got no answer: {exception.Message}");
            return PublishResult.TimedOut;
        }
    }

    /// <inheritdoc/>
    public async Task SubscribeAsync(string topic, BackplaneHandler handler, CancellationToken cancellationToken)
    {
        var subscription = await _connection.SubscribeCoreAsync(
            NatsSubject.Of(topic), serializer: NatsRawSerializer<NatsMemoryOwner<byte>>.Default, cancellationToken: _ending.Token).AsTask()
            .WaitAsync(cancellationToken).ConfigureAwait(false);
        _subscribed[topic] = subscription;
        _ = DeliverAsync(topic, subscription, handler);
        await _connection.PingAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task UnsubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        if (_subscribed.TryRemove(topic, out var subscription))
        {
            await subscription.UnsubscribeAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Fail("it was closed");
        await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task DeliverAsync(string topic, INatsSub<NatsMemoryOwner<byte>> subscription, BackplaneHandler handler)
    {
        try
        {
            await foreach (var message in subscription.Msgs.ReadAllAsync(_ending.Token).ConfigureAwait(false))
            {
                using var data = message.Data;
                handler(data.Span);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception exception)
        {
            Fail($"the topic {topic} ended: {exception.Message}");
            return;
        }

        if (_subscribed.ContainsKey(topic))
        {
            Fail($"the topic {topic} ended");
        }
    }

    private void Fail(string reason)
    {
        if (_lost.TrySetResult(reason))
        {
            _ = _ending.CancelAsync();
        }
    }

    private ValueTask OnDisconnected(object? sender, NatsEventArgs args)
    {
        Fail("the connection ended");
        return default;
    }

    private ValueTask OnLameDuck(object? sender, NatsLameDuckModeActivatedEventArgs args)
    {
        Fail("the server is about to stop");
        return default;
    }

    private ValueTask OnMessageDropped(object? sender, NatsMessageDroppedEventArgs args)
    {
        _metrics.Dropped(_driver, 1);
        return default;
    }

    private ValueTask OnServerError(object? sender, NatsServerErrorEventArgs args)
    {
        if (Interlocked.Exchange(ref _errorsLogged, 1) == 0)
        {
            LogServerError(args.Error);
        }

        return default;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The NATS server complains: {Error}")]
    private partial void LogServerError(string error);
}

namespace Sockudo.Server.Backplane;

/// <summary>
/// The backplane over any broker: keeps one connection open, replaces it as a whole whenever it is lost, and subscribes everything again
/// before it counts as connected. A connection is never repaired in place: what its client library queued goes with it. Thread-safe.
/// </summary>
internal sealed partial class ReconnectingBackplane : IBackplane
{
    private readonly IBrokerConnector _connector;
    private readonly BackplaneMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<ReconnectingBackplane> _logger;
    private readonly CancellationTokenSource _stopping = new();

    // Held while subscriptions change and while a new connection gets them: so each topic is subscribed exactly once on each connection.
    private readonly SemaphoreSlim _subscribing = new(1, 1);
    private readonly Dictionary<string, TopicSubscription> _subscriptions = new(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    // Guarded by _gate; read without it.
    private volatile OpenConnection? _current;
    private volatile BackplaneState _state = BackplaneState.Connecting;
    // While there is no connection the last one's limit is the best guess.
    private volatile int _lastLimit;
    private Task? _loop;
    private bool _disposed;

    // The publish that ran into its deadline and is still under way. Touched by the one publisher only.
    private Task<PublishResult>? _overdue;
    private OpenConnection? _overdueOn;
    private bool _lastPublishFailed;

    public ReconnectingBackplane(
        IBrokerConnector connector, BackplaneMetrics metrics, TimeProvider time, ILogger<ReconnectingBackplane> logger)
    {
        _connector = connector;
        _lastLimit = connector.MaxMessageBytes;
        _metrics = metrics;
        _time = time;
        _logger = logger;
    }

    /// <inheritdoc/>
    public event Action<BackplaneState>? StateChanged;

    /// <inheritdoc/>
    public int MaxMessageBytes => _current?.Connection.MaxMessageBytes ?? _lastLimit;

    /// <inheritdoc/>
    public string MaxMessageSetting => _connector.MaxMessageSetting;

    /// <inheritdoc/>
    public BackplaneState State => _state;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var firstAttempt = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_loop is not null)
            {
                throw new InvalidOperationException("The backplane was started before.");
            }

            _loop = Task.Run(() => RunAsync(firstAttempt, _stopping.Token), CancellationToken.None);
        }

        return firstAttempt.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A publish that timed out is still under way, and more behind it would be delivered just as late. So until its answer comes or the
    /// connection is replaced, the next ones wait for it, each up to its own deadline, and are then not sent: at most one message is ever
    /// delivered late. Its bytes may be read after the call has timed out: do not reuse them.
    /// </remarks>
    public async ValueTask<PublishResult> PublishAsync(string topic, ReadOnlyMemory<byte> message, TimeSpan deadline)
    {
        var result = await PublishCoreAsync(topic, message, deadline).ConfigureAwait(false);
        _metrics.Published(_connector.Driver, result);
        return result;
    }

    /// <inheritdoc/>
    public async Task SubscribeAsync(string topic, BackplaneHandler handler, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var subscription = new TopicSubscription(topic, handler, LogHandlerDefect);
            if (!_subscriptions.TryAdd(topic, subscription))
            {
                throw new InvalidOperationException($"The topic {topic} has a handler already.");
            }

            if (_current is { } current)
            {
                await SubscribeOnAsync(current, subscription, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _subscribing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task UnsubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_subscriptions.Remove(topic, out var subscription))
            {
                return;
            }

            subscription.Follow(null);
            if (_current is not { } current)
            {
                return;
            }

            using var bounded = Bounded(cancellationToken);
            try
            {
                await current.Connection.UnsubscribeAsync(topic, bounded.Token).WaitAsync(bounded.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                current.Replace($"the topic {topic} could not be unsubscribed: {exception.Message}");
            }
        }
        finally
        {
            _subscribing.Release();
        }
    }

    /// <inheritdoc/>
    public void Reconnect(string reason) => _current?.Replace(reason);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task? loop;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            loop = _loop;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (loop is not null)
        {
            await loop.ConfigureAwait(false);
        }
    }

    private async ValueTask<PublishResult> PublishCoreAsync(string topic, ReadOnlyMemory<byte> message, TimeSpan deadline)
    {
        if (_current is not { } current)
        {
            return PublishResult.NotConnected;
        }

        if (message.Length > current.Connection.MaxMessageBytes)
        {
            return Failed($"{message.Length} bytes are more than the {current.Connection.MaxMessageBytes} that can be published");
        }

        var started = _time.GetTimestamp();
        if (_overdue is { } overdue)
        {
            if (ReferenceEquals(_overdueOn, current) && !await EndsWithinAsync(overdue, deadline).ConfigureAwait(false))
            {
                return PublishResult.TimedOut;
            }

            _overdue = null;
            _overdueOn = null;
        }

        var publish = SendAsync(current.Connection, topic, message);
        if (!publish.IsCompleted && !await EndsWithinAsync(publish, deadline - _time.GetElapsedTime(started)).ConfigureAwait(false))
        {
            _overdue = publish;
            _overdueOn = current;
            return PublishResult.TimedOut;
        }

        var result = await publish.ConfigureAwait(false);
        _lastPublishFailed &= result is not PublishResult.Sent;
        return result;
    }

    private async Task<PublishResult> SendAsync(IBrokerConnection connection, string topic, ReadOnlyMemory<byte> message)
    {
        try
        {
            return await connection.PublishAsync(topic, message).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return Failed(exception.Message);
        }
    }

    private async ValueTask<bool> EndsWithinAsync(Task<PublishResult> publish, TimeSpan deadline)
    {
        try
        {
            await publish.WaitAsync(deadline > TimeSpan.Zero ? deadline : TimeSpan.Zero, _time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private PublishResult Failed(string reason)
    {
        // Once until a publish succeeds again: a node that publishes a thousand times a second would otherwise write a thousand lines.
        if (!_lastPublishFailed)
        {
            _lastPublishFailed = true;
            LogPublishRefused(_connector.Driver, reason);
        }

        return PublishResult.Failed;
    }
}

namespace Sockudo.Server.Backplane;

/// <summary>The loop that connects, subscribes everything, waits until the connection is lost, and begins again.</summary>
internal sealed partial class ReconnectingBackplane
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SubscribeTimeout = TimeSpan.FromSeconds(2);

    private async Task RunAsync(TaskCompletionSource firstAttempt, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var current = await OpenAsync(firstAttempt, stopping).ConfigureAwait(false);
                firstAttempt.TrySetResult();
                SetState(BackplaneState.Connected, reason: null);
                var reason = await current.WaitForEndAsync(stopping).ConfigureAwait(false);
                LetGo(current, reason);
                // Also so that a broker which accepts us only to throw us out at once is not hammered.
                await Task.Delay(WithJitter(FirstBackOff), _time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Disposed while waiting.
        }
        catch (BrokerConfigurationException exception)
        {
            firstAttempt.TrySetException(exception);
        }
        finally
        {
            firstAttempt.TrySetCanceled(CancellationToken.None);
            await EndAsync().ConfigureAwait(false);
        }
    }

    private async Task<OpenConnection> OpenAsync(TaskCompletionSource firstAttempt, CancellationToken stopping)
    {
        using var attempts = new ConnectAttempts(_connector, _time);
        for (var backOff = FirstBackOff; ; backOff = TimeSpan.FromTicks(Math.Min(backOff.Ticks * 2, LongestBackOff.Ticks)))
        {
            try
            {
                var current = new OpenConnection(await attempts.NextAsync(stopping).ConfigureAwait(false));
                if (await TakeUpAsync(current, stopping).ConfigureAwait(false))
                {
                    return current;
                }

                LetGo(current, await current.WaitForEndAsync(stopping).ConfigureAwait(false));
            }
            catch (BrokerConfigurationException) when (!firstAttempt.Task.IsCompleted)
            {
                throw;
            }
            catch (Exception exception) when (!stopping.IsCancellationRequested)
            {
                SetState(BackplaneState.Disconnected, exception.Message);
            }

            firstAttempt.TrySetResult();
            await Task.Delay(WithJitter(backOff), _time, stopping).ConfigureAwait(false);
        }
    }

    // Subscribes everything; false when the connection did not live to the end of it.
    private async Task<bool> TakeUpAsync(OpenConnection current, CancellationToken stopping)
    {
        await _subscribing.WaitAsync(stopping).ConfigureAwait(false);
        try
        {
            foreach (var subscription in _subscriptions.Values)
            {
                if (!await SubscribeOnAsync(current, subscription, stopping).ConfigureAwait(false))
                {
                    return false;
                }
            }

            if (current.IsOver)
            {
                return false;
            }

            lock (_gate)
            {
                _lastLimit = current.Connection.MaxMessageBytes;
                _current = current;
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            Close(current);
            throw;
        }
        finally
        {
            _subscribing.Release();
        }
    }

    private async Task<bool> SubscribeOnAsync(OpenConnection current, TopicSubscription subscription, CancellationToken cancellationToken)
    {
        using var bounded = Bounded(cancellationToken);
        subscription.Follow(current.Connection);
        try
        {
            await current.Connection.SubscribeAsync(
                subscription.Topic,
                message =>
                {
                    _metrics.Received(_connector.Driver);
                    subscription.Deliver(current.Connection, message);
                },
                bounded.Token).WaitAsync(bounded.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Whether the broker subscribed us is unknown; on the next connection it is known again.
            current.Replace($"subscribing to {subscription.Topic} was given up");
            throw;
        }
        catch (Exception exception)
        {
            current.Replace($"the topic {subscription.Topic} could not be subscribed: {(exception is OperationCanceledException ? "no answer" : exception.Message)}");
            return false;
        }
    }

    private static CancellationTokenSource Bounded(CancellationToken cancellationToken)
    {
        var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(SubscribeTimeout);
        return bounded;
    }

    private void LetGo(OpenConnection current, string reason)
    {
        lock (_gate)
        {
            _current = null;
        }

        _metrics.ConnectionLost(_connector.Driver);
        SetState(BackplaneState.Disconnected, reason);
        Close(current);
    }

    // Not awaited: closing may take as long as the broker is frozen, and the next connection must not wait for it.
    private void Close(OpenConnection current) => _ = CloseAsync(current);

    private async Task CloseAsync(OpenConnection current)
    {
        try
        {
            await current.Connection.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogCloseFailed(_connector.Driver, exception.Message);
        }
    }

    private async Task EndAsync()
    {
        OpenConnection? last;
        lock (_gate)
        {
            last = _current;
            _current = null;
        }

        await _subscribing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (var subscription in _subscriptions.Values)
        {
            subscription.Follow(null);
        }

        _subscriptions.Clear();
        _subscribing.Release();
        if (last is not null)
        {
            last.Replace("the backplane ended");
            await CloseAsync(last).WaitAsync(SubscribeTimeout, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        SetState(BackplaneState.Disconnected, reason: null);
    }

    private void SetState(BackplaneState state, string? reason)
    {
        if (_state == state)
        {
            return;
        }

        var was = _state;
        _state = state;
        if (state is BackplaneState.Connected)
        {
            LogConnected(_connector.Driver, _connector.Address);
        }
        else if (reason is not null && was is BackplaneState.Connected)
        {
            LogLost(_connector.Driver, _connector.Address, reason);
        }
        else if (reason is not null)
        {
            LogUnreachable(_connector.Driver, _connector.Address, reason);
        }

        try
        {
            StateChanged?.Invoke(state);
        }
        catch (Exception exception)
        {
            LogHandlerDefect("(state)", exception);
        }
    }

    private static TimeSpan WithJitter(TimeSpan time) => time * (0.75 + (Random.Shared.NextDouble() / 2));

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Driver} backplane is connected to {Address}")]
    private partial void LogConnected(string driver, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Driver} backplane lost {Address}: {Reason}; it connects again")]
    private partial void LogLost(string driver, string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Driver} backplane cannot reach {Address}: {Reason}; it goes on trying")]
    private partial void LogUnreachable(string driver, string address, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Driver} broker does not take messages: {Reason}")]
    private partial void LogPublishRefused(string driver, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of the topic {Topic} could not be handled because of a defect in the server; the topic goes on")]
    private partial void LogHandlerDefect(string topic, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A {Driver} connection did not close cleanly: {Reason}")]
    private partial void LogCloseFailed(string driver, string reason);

    /// <summary>A connection in use, and the wish to be rid of it. Thread-safe.</summary>
    private sealed class OpenConnection(IBrokerConnection connection)
    {
        private readonly TaskCompletionSource<string> _replaced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IBrokerConnection Connection { get; } = connection;

        public bool IsOver => _replaced.Task.IsCompleted || Connection.Lost.IsCompleted;

        public void Replace(string reason) => _replaced.TrySetResult(reason);

        public async Task<string> WaitForEndAsync(CancellationToken cancellationToken) =>
            await (await Task.WhenAny(_replaced.Task, Connection.Lost).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}

using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// The commands of one Redis for whoever on this node keeps something there: one connection, opened at first use and replaced when it is
/// lost or does not answer. While it is away a command fails at once and nothing waits for it to come back. Thread-safe.
/// </summary>
internal sealed partial class RedisLink : IAsyncDisposable
{
    /// <summary>Answers missed one after another after which the connection is taken for lost: a frozen server keeps its connections open.</summary>
    private const int MissesToGiveUp = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly RedisConnectionFactory _factory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private readonly Lock _gate = new(); // guards _connection together with _connected
    private RedisConnection? _connection;
    private TaskCompletionSource _connected = New();
    private int _misses;
    private Action? _opened;

    /// <exception cref="RedisConfigurationException">A certificate cannot be used.</exception>
    public RedisLink(RedisTarget target, TimeProvider time, ILogger logger)
    {
        _factory = new RedisConnectionFactory(target, time);
        _time = time;
        _logger = logger;
        _loop = Task.Run(KeepAsync);
    }

    /// <summary>Whether a connection is open. A server that froze a moment ago still has one.</summary>
    public bool IsConnected => Volatile.Read(ref _connection) is not null;

    /// <summary>Has <paramref name="opened"/> called each time a connection was opened; it must not wait. Called for the one that is open already, too.</summary>
    public void OnOpened(Action opened)
    {
        bool isOpen;
        lock (_gate)
        {
            _opened += opened;
            isOpen = _connection is not null;
        }

        if (isOpen) opened();
    }

    /// <summary>Completes as soon as a connection is open.</summary>
    public Task WhenConnectedAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return _connected.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs one command and gives its answer.</summary>
    /// <param name="command">Starts the command.</param>
    /// <param name="deadline">How long the answer is waited for. The command may have worked although its answer came too late.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="RedisAwayException">There is no connection, the answer did not come in time, or the server refused for now.</exception>
    public async ValueTask<T> RunAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _connection) is not { } connection) throw new RedisAwayException($"no connection to {_factory.Target}");
        try
        {
            var answer = await command(connection.Multiplexer.GetDatabase()).WaitAsync(deadline, _time, cancellationToken).ConfigureAwait(false);
            if (Volatile.Read(ref _misses) != 0) Volatile.Write(ref _misses, 0);
            return answer;
        }
        catch (TimeoutException exception)
        {
            if (Interlocked.Increment(ref _misses) >= MissesToGiveUp) connection.Fail($"{MissesToGiveUp} commands had no answer within {deadline.TotalMilliseconds:0} ms");
            throw new RedisAwayException($"no answer within {deadline.TotalMilliseconds:0} ms", exception);
        }
        catch (Exception exception) when (exception is RedisException or ObjectDisposedException)
        {
            throw new RedisAwayException(exception.Message, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task KeepAsync()
    {
        var stopping = _stopping.Token;
        var wait = FirstWait;
        var isToldAway = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await _factory.ConnectAsync(stopping).ConfigureAwait(false);
                if (isToldAway) LogBack(_factory.Target);
                isToldAway = false;
                wait = FirstWait;
                Open(connection);
                var reason = await connection.Lost.WaitAsync(stopping).ConfigureAwait(false);
                LogLost(_factory.Target, reason);
                isToldAway = true;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // The server is stopping.
            }
            catch (Exception exception)
            {
                // Whatever it is, giving up for good would take the cache and the limits away until a restart.
                if (!isToldAway) LogUnreachable(exception, _factory.Target);
                isToldAway = true;
            }
            finally
            {
                Close();
            }

            await PauseAsync(wait, stopping).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private void Open(RedisConnection connection)
    {
        Action? opened;
        lock (_gate)
        {
            Volatile.Write(ref _misses, 0);
            Volatile.Write(ref _connection, connection);
            _connected.TrySetResult();
            opened = _opened;
        }

        opened?.Invoke();
    }

    private void Close()
    {
        lock (_gate)
        {
            if (_connection is null) return;
            Volatile.Write(ref _connection, null);
            _connected = New();
        }
    }

    private async Task PauseAsync(TimeSpan wait, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(wait, _time, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server is stopping.
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection to Redis at {Target} is lost: {Reason}; another is opened")]
    private partial void LogLost(RedisTarget target, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Target} cannot be reached; it is tried again until it can")]
    private partial void LogUnreachable(Exception exception, RedisTarget target);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis at {Target} is back")]
    private partial void LogBack(RedisTarget target);
}

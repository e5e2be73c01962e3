using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// The commands of one Redis for whoever on this node keeps something there: one connection, replaced whenever it is lost or does not
/// answer. While it is away a command fails at once: what cannot be done now is the caller's to refuse, to owe or to repeat. Between two
/// attempts there is a wait that doubles up to <see cref="LongestWait"/>, also after a connection that was lost again soon. Thread-safe.
/// </summary>
internal sealed partial class RedisLink : IAsyncDisposable
{
    /// <summary>The longest wait between two attempts to connect.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Answers missed one after another after which the connection is taken for lost: a frozen server keeps its connections open.</summary>
    private const int MissesToGiveUp = 3;

    private const string PurposeSeparator = ", ";

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);

    // A connection that was lost sooner was none: a server that takes connections and ends them must not be asked without pause.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(5);

    private readonly RedisConnectionFactory _factory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new(); // guards _connection together with _connected, _opened and _loop; and writes of _purpose
    private volatile string _purpose;
    private Task _loop = Task.CompletedTask;
    private RedisConnection? _connection;
    private TaskCompletionSource _connected = New();
    private int _misses;
    private Action? _opened;

    /// <param name="factory">Where Redis is.</param>
    /// <param name="purpose">What is kept there, for logs.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For what an operator must know.</param>
    public RedisLink(RedisConnectionFactory factory, string purpose, TimeProvider time, ILogger logger)
    {
        _factory = factory;
        _purpose = purpose;
        _time = time;
        _logger = logger;
    }

    /// <summary>What is connected to, for logs and spans.</summary>
    public RedisTarget Target => _factory.Target;

    /// <summary>Whether a connection is open. A server that froze a moment ago still has one.</summary>
    public bool IsConnected => Open() is not null;

    /// <summary>The database; null while there is no connection.</summary>
    public IDatabase? Database => Open()?.Multiplexer.GetDatabase();

    /// <summary>Names something more that is kept there, for logs. What was named already is not named twice.</summary>
    public void AddPurpose(string purpose)
    {
        lock (_gate)
        {
            if (!_purpose.Split(PurposeSeparator).Contains(purpose, StringComparer.Ordinal)) _purpose += PurposeSeparator + purpose;
        }
    }

    /// <summary>Begins to connect, in the background. Further calls do nothing.</summary>
    public RedisLink Start()
    {
        lock (_gate)
        {
            if (_loop.IsCompleted && !_stopping.IsCancellationRequested) _loop = Task.Run(KeepAsync);
        }

        return this;
    }

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
    public async Task WhenConnectedAsync(CancellationToken cancellationToken) => await ConnectedAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Waits for a connection and gives its database.</summary>
    public async ValueTask<IDatabase> ConnectedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task connected;
            lock (_gate)
            {
                if (Open() is { } connection) return connection.Multiplexer.GetDatabase();

                // It may be lost and the loop not know yet: what is waited for is the next one.
                Close();
                connected = _connected.Task;
            }

            await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs one command and gives its answer.</summary>
    /// <param name="command">Starts the command.</param>
    /// <param name="deadline">How long the answer is waited for. The command may have worked although its answer came too late.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="RedisAwayException">There is no connection, the answer did not come in time, or the server refused for now.</exception>
    public async ValueTask<T> RunAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (Open() is not { } connection) throw new RedisAwayException($"no connection to {_factory.Target}");
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
            if (RedisFailure.IsOfTheConnection(exception)) connection.Fail(exception.Message);
            throw new RedisAwayException(exception.Message, exception);
        }
    }

    /// <summary>Gives up the connection this database is of, if a command failed as only another connection may mend.</summary>
    public void FailIfBroken(IDatabase database, Exception exception)
    {
        if (!RedisFailure.IsOfTheConnection(exception)) return;
        if (Open() is { } connection && ReferenceEquals(connection.Multiplexer, database.Multiplexer)) connection.Fail(exception.Message);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task loop;
        lock (_gate) loop = _loop;
        await loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RedisConnection? Open() => Volatile.Read(ref _connection) is { Lost.IsCompleted: false } connection ? connection : null;

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
                if (isToldAway) LogBack(_purpose, _factory.Target);
                isToldAway = false;
                var opened = _time.GetTimestamp();
                Take(connection);
                var reason = await connection.Lost.WaitAsync(stopping).ConfigureAwait(false);
                LogLost(_purpose, _factory.Target, reason);
                isToldAway = true;
                if (_time.GetElapsedTime(opened) >= Steady) wait = FirstWait;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // The server is stopping.
            }
            catch (Exception exception)
            {
                // Whatever it is, giving up for good would take what is kept there away until a restart.
                if (!isToldAway) LogUnreachable(_purpose, _factory.Target, exception.Message);
                isToldAway = true;
            }
            finally
            {
                lock (_gate) Close();
            }

            await Task.Delay(wait, _time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private void Take(RedisConnection connection)
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

    // Called under the gate.
    private void Close()
    {
        if (_connection is null) return;
        Volatile.Write(ref _connection, null);
        _connected = New();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The connection of the {Purpose} to Redis at {Target} is lost: {Reason}; another is opened")]
    private partial void LogLost(string purpose, RedisTarget target, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Redis of the {Purpose} at {Target} cannot be reached; it is tried again until it can: {Reason}")]
    private partial void LogUnreachable(string purpose, RedisTarget target, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The Redis of the {Purpose} at {Target} is back")]
    private partial void LogBack(string purpose, RedisTarget target);
}

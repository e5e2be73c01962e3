using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// A connection that is opened again whenever it is lost, with growing waits between attempts. Commands while it is away are the
/// caller's to refuse or to repeat: there is no database then. Thread-safe.
/// </summary>
internal sealed partial class RedisSession(RedisConnectionFactory factory, string purpose, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly string _address = factory.Target.ToString();
    private readonly CancellationTokenSource _stopping = new();
    private volatile RedisConnection? _connection;
    private volatile TaskCompletionSource _connected = New();
    private Task _loop = Task.CompletedTask;

    /// <summary>The database; null while there is no connection.</summary>
    public IDatabase? Database => _connection is { Lost.IsCompleted: false } connection ? connection.Multiplexer.GetDatabase() : null;

    /// <summary>Begins to connect, in the background. Called once.</summary>
    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Waits for a connection.</summary>
    public async ValueTask<IDatabase> ConnectedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var connected = _connected.Task;
            if (Database is { } database) return database;
            await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives up the connection this database is of: it answers, but not as it should, or not any more.</summary>
    public void Fail(IDatabase database, string reason)
    {
        if (_connection is { } connection && ReferenceEquals(connection.Multiplexer, database.Multiplexer)) connection.Fail(reason);
    }

    /// <summary>Gives up the connection this database is of, if a command failed as only another connection may mend.</summary>
    public void FailIfBroken(IDatabase database, Exception exception)
    {
        if (RedisFailure.IsOfTheConnection(exception)) Fail(database, exception.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        var wait = FirstWait;
        var isTold = false;
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await factory.ConnectAsync(_stopping.Token).ConfigureAwait(false);
                if (isTold) LogBack(purpose, _address);
                (wait, isTold) = (FirstWait, false);
                _connection = connection;
                _connected.TrySetResult();
                var reason = await connection.Lost.WaitAsync(_stopping.Token).ConfigureAwait(false);
                _connected = New();
                _connection = null;
                LogLost(purpose, _address, reason);
                isTold = true;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                _connection = null;
                return;
            }
            catch (Exception e)
            {
                if (!isTold) LogAway(purpose, _address, e.Message);
                isTold = true;
                await Task.Delay(wait, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Purpose}'s Redis ({Address}) cannot be reached; it is tried again until it can: {Reason}")]
    private partial void LogAway(string purpose, string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Purpose}'s connection to Redis ({Address}) was lost and is opened again: {Reason}")]
    private partial void LogLost(string purpose, string address, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Purpose}'s Redis ({Address}) is reached again")]
    private partial void LogBack(string purpose, string address);
}

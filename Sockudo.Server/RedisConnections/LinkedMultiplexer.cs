using StackExchange.Redis;
using StackExchange.Redis.Maintenance;
using StackExchange.Redis.Profiling;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// A link as <see cref="IConnectionMultiplexer"/>: each call goes to the connection that is open then, so that whoever keeps this object
/// has the next connection after the link replaced one. Without a connection, calls that need one throw
/// <see cref="RedisConnectionException"/> at once; none waits. The connection is the link's: closing and disposing do nothing. Thread-safe.
/// </summary>
internal sealed partial class LinkedMultiplexer : IConnectionMultiplexer
{
    private readonly RedisLink _link;
    private readonly Lock _gate = new(); // guards _attached and _profiler
    private IConnectionMultiplexer? _attached;
    private Func<ProfilingSession?>? _profiler;

    public LinkedMultiplexer(RedisLink link)
    {
        _link = link;
        link.OnOpened(Attach);
    }

    public event EventHandler<RedisErrorEventArgs>? ErrorMessage;

    public event EventHandler<ConnectionFailedEventArgs>? ConnectionFailed;

    public event EventHandler<InternalErrorEventArgs>? InternalError;

    public event EventHandler<ConnectionFailedEventArgs>? ConnectionRestored;

    public event EventHandler<EndPointEventArgs>? ConfigurationChanged;

    public event EventHandler<EndPointEventArgs>? ConfigurationChangedBroadcast;

    public event EventHandler<ServerMaintenanceEvent>? ServerMaintenanceEvent;

    public event EventHandler<HashSlotMovedEventArgs>? HashSlotMoved;

    /// <summary>The connection that is open; null when there is none.</summary>
    public IConnectionMultiplexer? Open => _link.Database?.Multiplexer;

    private IConnectionMultiplexer Current => Open
        ?? throw new RedisConnectionException(ConnectionFailureType.UnableToConnect, CommandFlags.None, $"no connection to {_link.Target}");

    public void RegisterProfiler(Func<ProfilingSession?> profilingSessionProvider)
    {
        lock (_gate)
        {
            _profiler = profilingSessionProvider;
            _attached?.RegisterProfiler(profilingSessionProvider);
        }
    }

    public void Close(bool allowCommandsToComplete = true)
    {
    }

    public Task CloseAsync(bool allowCommandsToComplete = true) => Task.CompletedTask;

    public void Dispose()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // What was registered here is registered with each connection.
    private void Attach()
    {
        lock (_gate)
        {
            if (Open is not { } opened || ReferenceEquals(opened, _attached)) return;
            _attached = opened;
            if (_profiler is { } profiler) opened.RegisterProfiler(profiler);
            opened.ErrorMessage += (_, e) => ErrorMessage?.Invoke(this, e);
            opened.ConnectionFailed += (_, e) => ConnectionFailed?.Invoke(this, e);
            opened.InternalError += (_, e) => InternalError?.Invoke(this, e);
            opened.ConnectionRestored += (_, e) => ConnectionRestored?.Invoke(this, e);
            opened.ConfigurationChanged += (_, e) => ConfigurationChanged?.Invoke(this, e);
            opened.ConfigurationChangedBroadcast += (_, e) => ConfigurationChangedBroadcast?.Invoke(this, e);
            opened.ServerMaintenanceEvent += (_, e) => ServerMaintenanceEvent?.Invoke(this, e);
            opened.HashSlotMoved += (_, e) => HashSlotMoved?.Invoke(this, e);
        }
    }
}

using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>
/// One connection to a server, master or cluster, from being open to being lost. It is not healed: who holds it opens another, so that
/// nothing is subscribed or sent anywhere but where the factory meant it to be. Thread-safe.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _isCluster;
    private IAsyncDisposable? _attached;
    private int _disposed;

    internal RedisConnection(ConnectionMultiplexer multiplexer, bool isCluster)
    {
        Multiplexer = multiplexer;
        _isCluster = isCluster;
        multiplexer.ConnectionFailed += OnConnectionFailed;
        if (!multiplexer.IsConnected)
        {
            Fail("it ended at once");
        }
    }

    /// <summary>The connection as StackExchange.Redis knows it. Commands fail at once while it is away.</summary>
    public ConnectionMultiplexer Multiplexer { get; }

    /// <summary>Completes with the reason when the connection is lost, once and for all.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Declares the connection lost.</summary>
    public void Fail(string reason) => _lost.TrySetResult(reason);

    /// <summary>Lets something live and end with the connection. Called once, before the connection is handed out.</summary>
    internal void Attach(IAsyncDisposable companion) => _attached = companion;

    /// <summary>Closes it without waiting for commands that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        Fail("it was closed");
        Multiplexer.ConnectionFailed -= OnConnectionFailed;
        if (_attached is not null)
        {
            await _attached.DisposeAsync().ConfigureAwait(false);
        }

        await Multiplexer.CloseAsync(allowCommandsToComplete: false).ConfigureAwait(false);
        await Multiplexer.DisposeAsync().ConfigureAwait(false);
    }

    private void OnConnectionFailed(object? sender, ConnectionFailedEventArgs failure)
    {
        if (_isCluster && !MattersToCluster(failure))
        {
            return;
        }

        Fail($"the {(failure.ConnectionType == ConnectionType.Subscription ? "subscribing" : "commanding")} connection to {failure.EndPoint} ended: {failure.FailureType}");
    }

    // A replica serves us nothing. A master that is already gone fails again at each try to reach it, which is no news.
    private bool MattersToCluster(ConnectionFailedEventArgs failure) =>
        failure is { FailureType: not ConnectionFailureType.UnableToConnect, EndPoint: { } endPoint }
        && !Multiplexer.GetServer(endPoint).IsReplica;
}

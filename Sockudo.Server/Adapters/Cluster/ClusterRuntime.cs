using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Backplane;
using Sockudo.Server.Connections;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>
/// Puts a cluster node on a broker: an inbox with one loop that applies what arrives, one bus writer a partition, one timer. Start
/// and stop are called once, by the host.
/// </summary>
internal sealed partial class ClusterRuntime : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);

    // Who found a gap by the goodbye can still ask for it.
    private static readonly TimeSpan AfterGoodbye = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);

    private readonly IBackplane _backplane;
    private readonly ClusterNode _node;
    private readonly HorizontalAdapter _adapter;
    private readonly ConnectionRegistry _connections;
    private readonly TimeProvider _time;
    private readonly ILogger<ClusterRuntime> _logger;
    private readonly ClusterInbox _inbox;
    private readonly SemaphoreSlim[] _wake;
    private readonly TimeSpan _deadline;
    private readonly TimeSpan _tick;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _saidGoodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task[] _loops = [];
    private bool _isDisposed;

    public ClusterRuntime(
        IBackplane backplane, ClusterNode node, HorizontalAdapter adapter, StreamSet streams, ConnectionTotals totals, ConnectionRegistry connections,
        ClusterOptions options, ClusterHealthOptions health, TimeProvider time, ILogger<ClusterRuntime> logger)
    {
        _backplane = backplane;
        _node = node;
        _adapter = adapter;
        _connections = connections;
        _time = time;
        _logger = logger;
        _inbox = new ClusterInbox(options.InboxBytes);
        _deadline = TimeSpan.FromMilliseconds(options.RequestTimeoutMs);
        _tick = TimeSpan.FromMilliseconds(Math.Clamp(health.HeartbeatIntervalMs / 4, 1, 100));
        _wake = new SemaphoreSlim[streams.Count];
        for (var i = 0; i < _wake.Length; i++)
        {
            var partition = i;
            _wake[i] = new SemaphoreSlim(0, 1);
            streams[i].Pending = () => Wake(partition);
        }

        totals.Pending = () => Wake(0);
        node.Pending = Wake;
        node.HasRoom = HasRoom;

        // Not under the node's lock: a driver may tell its state under a lock of its own.
        node.ReconnectWanted = why => ThreadPool.QueueUserWorkItem(static call => call.backplane.Reconnect(call.why), (backplane, why), preferLocal: false);
    }

    /// <summary>Messages dropped because the node could not apply them as fast as they came.</summary>
    public long InboxDropped => _inbox.Dropped;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _backplane.StateChanged += OnStateChanged;
        foreach (var topic in _node.Topics) await _backplane.SubscribeAsync(topic, _inbox.Add, cancellationToken).ConfigureAwait(false);
        await _backplane.StartAsync(cancellationToken).ConfigureAwait(false);
        _node.DriverChanged(_backplane.State == BackplaneState.Connected);
        _node.Start();
        _loops =
        [
            Task.Run(() => GuardAsync(ApplyAsync), CancellationToken.None),
            Task.Run(() => GuardAsync(TickAsync), CancellationToken.None),
            .. Enumerable.Range(0, _wake.Length).Select(i => Task.Run(() => GuardAsync(() => WriteAsync(i)), CancellationToken.None)),
        ];
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _node.Leave();
        try
        {
            await _saidGoodbye.Task.WaitAsync(LongestGoodbye, _time, cancellationToken).ConfigureAwait(false);
            await Task.Delay(AfterGoodbye, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // The broker does not take it; the others find out by the node timeout.
        }

        _backplane.StateChanged -= OnStateChanged;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // The container holds it twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        _stopping.Dispose();
        _inbox.Dispose();
        foreach (var wake in _wake) wake.Dispose();
    }

    private async Task ApplyAsync()
    {
        List<byte[]> messages = [];
        while (true)
        {
            messages = await _inbox.TakeAsync(messages, _stopping.Token).ConfigureAwait(false);
            foreach (var message in messages) _node.Receive(message);
            messages.Clear();
        }
    }

    private async Task TickAsync()
    {
        using var timer = new PeriodicTimer(_tick, _time);
        while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false)) _adapter.Tick();
    }

    private async Task WriteAsync(int partition)
    {
        while (true)
        {
            await _wake[partition].WaitAsync(_stopping.Token).ConfigureAwait(false);
            while (_node.TryTake(partition, out var outgoing))
            {
                var result = await _backplane.PublishAsync(outgoing.Topic, outgoing.Bytes, _deadline).ConfigureAwait(false);
                _node.Published(partition, outgoing, result);
                if (_node.HasLeft) _saidGoodbye.TrySetResult();
                if (result == PublishResult.Sent) continue;

                // What failed is in the ring; the next turn begins with it.
                await Task.Delay(AfterFailure, _time, _stopping.Token).ConfigureAwait(false);
            }
        }
    }

    private async Task GuardAsync(Func<Task> loop)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await loop().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A loop that ended would be a node that is deaf or dumb and does not know.
                LogLoopFailed(e);
            }
        }
    }

    private void OnStateChanged(BackplaneState state) => _node.DriverChanged(state == BackplaneState.Connected);

    private bool HasRoom()
    {
        foreach (var connection in _connections.All)
        {
            if (connection.Output.IsAboveHalf) return false;
        }

        return true;
    }

    private void Wake(int partition)
    {
        try
        {
            _wake[partition].Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
        catch (ObjectDisposedException)
        {
            // A socket that closes after the runtime was disposed of.
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A loop of the cluster failed and goes on")]
    private partial void LogLoopFailed(Exception exception);
}

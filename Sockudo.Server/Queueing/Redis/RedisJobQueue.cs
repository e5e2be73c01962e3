using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// Jobs in Redis streams: <see cref="JobPartitions.Count"/> of them, each read by the node that has its lease. What Redis does not take
/// waits in the process, as much as a queue in memory would hold; when that is full, jobs become dead letters of this process. Nothing is
/// ever deleted at a stop. Jobs are as safe as Redis makes them (appendfsync, replicas). Thread-safe.
/// </summary>
internal sealed partial class RedisJobQueue : IJobQueue, IAsyncDisposable
{
    private readonly RedisQueueContext _context;
    private readonly RedisPartition[] _partitions;
    private readonly RedisDeadLetters _deadLetters;
    private readonly QueueRoom _room;
    private readonly CancellationTokenSource _stopReading = new();
    private readonly CancellationTokenSource _stopWriting = new();
    private Task _reading = Task.CompletedTask;
    private Task _writing = Task.CompletedTask;
    private Task _settling = Task.CompletedTask;

    /// <param name="link">The Redis. It may be shared and is not ended with the queue.</param>
    /// <param name="prefix">What every key begins with.</param>
    /// <param name="options">Bounds and the driver's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For what an operator must know.</param>
    /// <param name="maxBytes">Most bytes of jobs in Redis.</param>
    public RedisJobQueue(
        RedisLink link, string prefix, QueueOptions options, TimeProvider time, ILogger<RedisJobQueue> logger, long maxBytes = RedisQueueOptions.DefaultMaxBytes)
    {
        _context = new RedisQueueContext(link, prefix, Guid.NewGuid().ToString("N"), options, new RedisQueueLimits(options, maxBytes), time, logger);
        _room = new QueueRoom(options.MaxJobs, options.MaxBytes);
        _partitions = [.. Enumerable.Range(0, JobPartitions.Count).Select(index => new RedisPartition(_context, index, Stored))];
        _deadLetters = new RedisDeadLetters(_context, _partitions, new MemoryDeadLetters(options.MaxDeadLetters, time, TryEnqueue));
    }

    public string Driver => _context.Options.Driver;

    public bool IsDurable => true;

    public long Depth => Unstored + _partitions.Sum(static partition => partition.Length);

    public long Unstored => _room.Count;

    public long? OldestUnstored => _partitions.Min(static partition => partition.Outbox.Oldest);

    public bool IsAvailable => _context.Link.IsConnected && !Array.Exists(_partitions, static partition => partition.IsRefused);

    public IDeadLetters DeadLetters => _deadLetters;

    public void Enqueue(Job job)
    {
        if (TryEnqueue(job)) return;
        _deadLetters.AddUnstored(job, DeadLetterReason.BrokerAway);
        _context.Handler?.DeadLettered(job.Lane.Target, DeadLetterReason.BrokerAway);
    }

    public Task StartAsync(IJobHandler handler, CancellationToken cancellationToken)
    {
        _context.Handler = handler;
        _context.Link.Start();
        _writing = All(partition => GuardAsync(partition.Outbox.RunAsync, _stopWriting.Token));
        _settling = All(partition => GuardAsync(partition.Settlements.RunAsync, _stopWriting.Token));
        _reading = All(partition => GuardAsync(partition.RunAsync, _stopReading.Token));
        return Task.CompletedTask;
    }

    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5), _context.Time);
        while (Unstored > 0 && !cancellationToken.IsCancellationRequested) await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
    }

    public async Task StopAsync()
    {
        await _stopReading.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        await _stopWriting.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_writing, _settling).ConfigureAwait(false);
        if (!_context.Link.IsConnected) return;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), _context.Time);
        await Task.WhenAll(_partitions.Select(partition => LeaveAsync(partition, deadline.Token))).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopReading.CancelAsync().ConfigureAwait(false);
        await _stopWriting.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_reading, _writing, _settling).ConfigureAwait(false);
        foreach (var partition in _partitions) partition.Dispose();
        _stopReading.Dispose();
        _stopWriting.Dispose();
    }

    private bool TryEnqueue(Job job)
    {
        if (_room.TryTake(job.Lane.Target, job.Size) is not null) return false;
        _partitions[job.Partition].Outbox.Add(job);
        return true;
    }

    private static async Task LeaveAsync(RedisPartition partition, CancellationToken deadline)
    {
        try
        {
            await partition.Settlements.FlushAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Delivered again by the next node.
        }

        await partition.ReleaseAsync().ConfigureAwait(false);
    }

    private Task All(Func<RedisPartition, Task> run) => Task.WhenAll(_partitions.Select(partition => Task.Run(() => run(partition))));

    private void Stored(Job job, string refusal)
    {
        _room.Release(job.Lane.Target, job.Size);
        if (refusal.Length > 0) _context.Handler?.DeadLettered(job.Lane.Target, refusal);
    }

    private async Task GuardAsync(Func<CancellationToken, Task> loop, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await loop(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A loop that ended would be a partition that nobody serves.
                LogLoopFailed(_context.Logger, e);
                await Task.Delay(RedisQueueTiming.AfterFailure, _context.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A loop of the webhook queue failed and goes on")]
    private static partial void LogLoopFailed(ILogger logger, Exception exception);
}

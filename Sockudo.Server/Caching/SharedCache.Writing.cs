using System.Diagnostics;
using System.Threading.Channels;
using Sockudo.Server.RedisConnections;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Caching;

/// <summary>The one loop that makes due writes, in batches, as soon as there is a connection.</summary>
internal sealed partial class SharedCache
{
    private const int BatchSize = 128;

    /// <summary>How long a node that stops waits for its last writes.</summary>
    private static readonly TimeSpan LastWrites = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private int _openings;

    public async ValueTask DisposeAsync()
    {
        // The loop ends by itself once nothing is due.
        if (!_wake.Writer.TryComplete()) return;
        _stopping.CancelAfter(LastWrites);
        await _loop.ConfigureAwait(false);
        if (PendingWrites is > 0 and var left) LogLeft(left);
        _stopping.Dispose();
    }

    private void Wake() => _wake.Writer.TryWrite(true);

    private void OnOpened()
    {
        // What was written before the first connection is due already. A Redis that was away may have come back empty.
        if (Interlocked.Increment(ref _openings) > 1) OweAll();
        Wake();
    }

    private void OweAll()
    {
        lock (_gate)
        {
            foreach (var (held, _) in _own.ToArray())
            {
                if (_due.Count < _capacity && _due.TryAdd(held.Key, Due.Restore)) _order.Enqueue(held.Key);
            }
        }
    }

    private async Task WriteAsync()
    {
        var stopping = _stopping.Token;
        try
        {
            bool isOpen;
            do
            {
                isOpen = await _wake.Reader.WaitToReadAsync(stopping).ConfigureAwait(false);
                while (_wake.Reader.TryRead(out _))
                {
                    // One look serves everybody who woke the loop.
                }

                await WriteDueAsync(stopping).ConfigureAwait(false);
            }
            while (isOpen);
        }
        catch (OperationCanceledException)
        {
            // The server is stopping and Redis is away.
        }
    }

    private async Task WriteDueAsync(CancellationToken stopping)
    {
        while (PendingWrites > 0)
        {
            // Before anything is taken: what is taken is no longer bounded.
            await _store.Link.WhenConnectedAsync(stopping).ConfigureAwait(false);
            var batch = Take();

            // A Redis that is there and refuses (it loads, it is full, it fails over) is asked again after a while.
            if (!await WriteAsync(batch, stopping).ConfigureAwait(false)) await Task.Delay(TimeSpan.FromMilliseconds(100), _time, stopping).ConfigureAwait(false);
        }
    }

    // Answers whether all of it is written.
    private async Task<bool> WriteAsync(List<Job> batch, CancellationToken stopping)
    {
        using var span = batch.Count > 0 ? _store.Link.StartSpan("cache write", "SET") : null;
        if (batch.Count > 1) span?.SetTag(TraceTags.DatabaseBatchSize, batch.Count);

        // One span for all of them: not current, it gets none below it.
        Activity.Current = null;
        var failures = await Task.WhenAll(batch.Select(write => WriteAsync(write, stopping))).ConfigureAwait(false);
        if (Array.TrueForAll(failures, static failure => failure is null)) return true;
        span?.SetTag(TraceTags.ErrorType, "not_written").SetStatus(ActivityStatusCode.Error);
        if (Array.Find(failures, static failure => failure is not (null or RedisAwayException or OperationCanceledException)) is { } unexpected) LogFailed(unexpected);
        return false;
    }

    /// <summary>The next keys with what to write; they stay due until it is written.</summary>
    private List<Job> Take()
    {
        lock (_gate)
        {
            var batch = new List<Job>();
            while (batch.Count < BatchSize && _order.TryDequeue(out var key))
            {
                if (!_due.TryGetValue(key, out var due)) continue;
                _own.TryGet(key, out var held, out var timeToLive);
                if (held is null && !due.IsRemoval)
                {
                    // Its time is over, or the memory is full of newer ones.
                    _due.Remove(key);
                    continue;
                }

                batch.Add(new Job(key, due, held, timeToLive));
            }

            return batch;
        }
    }

    // Whatever it fails with, the key stays due: a loop that ended would leave everything unwritten until a restart.
    private async Task<Exception?> WriteAsync(Job job, CancellationToken stopping)
    {
        try
        {
            await RunAsync(job, stopping).ConfigureAwait(false);
            Finish(job, isWritten: true);
            return null;
        }
        catch (Exception exception)
        {
            Finish(job, isWritten: false);
            return exception;
        }
    }

    private async ValueTask RunAsync(Job job, CancellationToken stopping)
    {
        switch (job)
        {
            case { Due.Removed: { } removed }:
                await _store.RemoveAsync(job.Key, removed, stopping).ConfigureAwait(false);
                break;
            case { Held: { IsVersioned: true } held }:
                await _store.SetNewestAsync(job.Key, held.Value, job.TimeToLive, stopping).ConfigureAwait(false);
                break;
            case { Held: { Until: { } end } held }:
                if (await _store.TryTakeUntilAsync(job.Key, held.Value, end, stopping).ConfigureAwait(false) == CacheClaim.Over) Forget(held);
                break;
            case { Held: { } held } when job.Due == Due.Restore:
                await _store.TryAddAsync(job.Key, held.Value, job.TimeToLive, stopping).ConfigureAwait(false);
                break;
            case { Held: { Replaces: { } replaced } held }:
                // Another has it: from now on its value is read.
                if (!await _store.ReplaceAsync(job.Key, replaced, held.Value, job.TimeToLive, stopping).ConfigureAwait(false)) Forget(held);
                break;
            case { Held: { } held }:
                await _store.SetAsync(job.Key, held.Value, job.TimeToLive, stopping).ConfigureAwait(false);
                break;
        }
    }

    private void Finish(Job job, bool isWritten)
    {
        lock (_gate)
        {
            if (!_due.TryGetValue(job.Key, out var due)) return;
            _own.TryGet(job.Key, out var held, out _);
            var isStill = due == job.Due && (held is null || ReferenceEquals(held, job.Held));
            if (isWritten && isStill) _due.Remove(job.Key);
            else _order.Enqueue(job.Key);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The cache's Redis cannot be written; it is tried again")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The server stops with {Count} entries that its cache's Redis has not got")]
    private partial void LogLeft(int count);

    private readonly record struct Job(CacheKey Key, Due Due, Held? Held, TimeSpan TimeToLive);
}

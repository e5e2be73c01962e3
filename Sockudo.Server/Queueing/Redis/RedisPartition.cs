using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// One partition as this node sees it. Whichever node has its lease reads it: first what was handed out before and never settled, by
/// this node or by a dead one, then what is new, all of it in order. Without the lease for as long as it holds, what was handed out is
/// revoked: another node may have it. Writing needs no lease. Thread-safe.
/// </summary>
internal sealed partial class RedisPartition : IDisposable
{
    private const int PageSize = 128;

    private readonly RedisQueueContext _context;
    private readonly RedisQueueKeys _keys;
    private readonly int _index;
    private readonly RedisWriter _writer;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal); // of the reading loop
    private readonly Lock _gate = new(); // guards _handedOut
    private readonly HashSet<string> _handedOut = new(StringComparer.Ordinal); // in this term, and not finished
    private long _length;

    public RedisPartition(RedisQueueContext context, int index, Action<Job, string> stored)
    {
        _context = context;
        _index = index;
        _keys = new RedisQueueKeys(context.Prefix, index);
        _writer = new RedisWriter(context, _keys);
        Outbox = new JobOutbox(RedisWriter.MostJobs, RedisWriter.MostBytes, _writer.WriteAsync, (job, refusal) =>
        {
            stored(job, refusal);
            Wake();
        });
        Settlements = new RedisSettlements(context, _keys);
    }

    /// <summary>What is to be written.</summary>
    public JobOutbox Outbox { get; }

    /// <summary>See <see cref="RedisWriter.IsRefused"/>.</summary>
    public bool IsRefused => _writer.IsRefused;

    /// <summary>What became of jobs.</summary>
    public RedisSettlements Settlements { get; }

    /// <summary>The partition's keys.</summary>
    public RedisQueueKeys Keys => _keys;

    /// <summary>Jobs in Redis, as of the last renewal; 0 when another node reads the partition.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>Finishes a job.</summary>
    public void Finish(string entry, JobTarget target, string reason, int attempts)
    {
        lock (_gate)
        {
            Settlements.Finish(entry, target, reason, attempts);
            _handedOut.Remove(entry);
        }

        if (reason.Length > 0) _context.Handler?.DeadLettered(target, reason);
    }

    /// <summary>The body of a job; null when it is not there any more.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(string entry, CancellationToken cancellationToken)
    {
        var database = _context.Link.Database ?? throw new QueueUnavailableException("Redis is away");
        var found = await database.StreamRangeAsync(_keys.Jobs, entry, entry, 1).WaitAsync(cancellationToken).ConfigureAwait(false);
        return found.Length == 0 ? null : RedisEntries.Job(found[0], _index)?.Body;
    }

    /// <summary>Reads whenever the lease can be had, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            var database = await _context.Link.ConnectedAsync(stopping).ConfigureAwait(false);
            try
            {
                var asked = _context.Time.GetTimestamp();
                if (await LeaseAsync(database).ConfigureAwait(false)) await ReadTermAsync(asked, stopping).ConfigureAwait(false);
                else await Task.Delay(RedisQueueTiming.Renewal, _context.Time, stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (RedisFailure.IsOne(e))
            {
                _context.Link.FailIfBroken(database, e);
                LogNotRead(_context.Logger, _index, e.Message);
                await Task.Delay(RedisQueueTiming.AfterFailure, _context.Time, stopping).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gives the lease back, so that another node need not wait for its end.</summary>
    public async Task ReleaseAsync()
    {
        if (_context.Link.Database is not { } database) return;
        try
        {
            await database.ScriptEvaluateAsync(RedisQueueScripts.Release, [_keys.Lease], [_context.Node]).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFailure.IsOne(e))
        {
            // It ends by itself.
        }
    }

    public void Dispose()
    {
        Outbox.Dispose();
        Settlements.Dispose();
        _wake.Dispose();
    }

    // One term: from taking the lease to losing it.
    private async Task ReadTermAsync(long asked, CancellationToken stopping)
    {
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        EndWithLease(term, asked);
        var renewing = RenewAsync(term);
        try
        {
            await ReadAsync(term.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (term.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            LogLeaseLost(_context.Logger, _index);
        }
        finally
        {
            Volatile.Write(ref _length, 0);
            await term.CancelAsync().ConfigureAwait(false);
            await renewing.ConfigureAwait(false);
        }
    }

    // Ends the term when another node has the lease.
    private async Task RenewAsync(CancellationTokenSource term)
    {
        while (!term.IsCancellationRequested)
        {
            await Task.Delay(RedisQueueTiming.Renewal, _context.Time, term.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (term.IsCancellationRequested) return;
            try
            {
                if (_context.Link.Database is not { } database) continue;
                var asked = _context.Time.GetTimestamp();
                if (!await LeaseAsync(database).WaitAsync(RedisQueueTiming.Renewal, _context.Time, term.Token).ConfigureAwait(false)) break;
                EndWithLease(term, asked);
            }
            catch (OperationCanceledException) when (term.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (RedisFailure.IsOne(e))
            {
                // Tried again until the lease has ended.
            }
        }

        await term.CancelAsync().ConfigureAwait(false);
    }

    // To the moment, whatever the renewals wait for: from then on another node may read.
    private void EndWithLease(CancellationTokenSource term, long asked)
    {
        var left = RedisQueueTiming.Lease - _context.Time.GetElapsedTime(asked);
        term.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    private async Task<bool> LeaseAsync(IDatabase database)
    {
        var length = (long)await database.ScriptEvaluateAsync(
            RedisQueueScripts.Lease, [_keys.Lease, _keys.Jobs], [_context.Node, (long)RedisQueueTiming.Lease.TotalMilliseconds]).ConfigureAwait(false);
        if (length >= 0) Volatile.Write(ref _length, length);
        return length >= 0;
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Awake already.
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Partition {Partition} of the webhook queue cannot be read now; it is tried again: {Reason}")]
    private static partial void LogNotRead(ILogger logger, int partition, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease of partition {Partition} of the webhook queue was lost; what was not delivered is left to whoever has it")]
    private static partial void LogLeaseLost(ILogger logger, int partition);
}

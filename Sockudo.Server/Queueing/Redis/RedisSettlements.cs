using System.Globalization;
using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// Tells Redis what became of the jobs of a partition: one write under way, repeated until Redis has taken it. A job has at most one
/// settlement and, while Redis is there, one note of an attempt, so what waits is bounded by the jobs handed out. Thread-safe.
/// </summary>
internal sealed class RedisSettlements(RedisQueueContext context, RedisQueueKeys keys) : IDisposable
{
    private const int MostEntries = 128;

    private readonly Lock _gate = new(); // guards _waiting and _unsettled
    private readonly Queue<Settlement> _waiting = new();
    private readonly HashSet<string> _unsettled = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _some = new(0);

    /// <summary>Whether a job is finished, though Redis does not know yet.</summary>
    public bool IsFinished(string entry)
    {
        lock (_gate) return _unsettled.Contains(entry);
    }

    /// <summary>Finishes a job: delivered with an empty reason, else given up.</summary>
    public void Finish(string entry, JobTarget target, string reason, int attempts)
    {
        lock (_gate)
        {
            _unsettled.Add(entry);
            _waiting.Enqueue(new Settlement(entry, target, reason, attempts));
        }

        _some.Release();
    }

    /// <summary>Notes an attempt, for whoever has the job next. Not noted while Redis is away.</summary>
    public void Retry(string entry, JobTarget target, int attempts)
    {
        if (context.Link.Database is null) return;
        lock (_gate) _waiting.Enqueue(new Settlement(entry, target, "retry", attempts));
        _some.Release();
    }

    /// <summary>Writes until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            if (await SettleAsync(stopping).ConfigureAwait(false) == 0) await _some.WaitAsync(stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Writes what waits, until cancelled. The loop must have ended.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (await SettleAsync(cancellationToken).ConfigureAwait(false) > 0)
        {
        }
    }

    public void Dispose() => _some.Dispose();

    private async Task<int> SettleAsync(CancellationToken stopping)
    {
        List<Settlement> settled;
        lock (_gate) settled = [.. _waiting.Take(MostEntries)];
        if (settled.Count == 0) return 0;
        await WriteAsync(settled, stopping).ConfigureAwait(false);
        lock (_gate)
        {
            for (var i = 0; i < settled.Count; i++)
            {
                var done = _waiting.Dequeue();
                if (done.What != "retry") _unsettled.Remove(done.Entry);
            }
        }

        return settled.Count;
    }

    private async Task WriteAsync(List<Settlement> settled, CancellationToken stopping)
    {
        var arguments = new List<RedisValue>(6 + (settled.Count * 5)) { RedisQueueContext.Group, RedisQueueContext.Consumer, keys.DeadPrefix };
        arguments.AddRange(context.Limits.Dead);
        arguments.Add(context.Time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var one in settled)
        {
            arguments.Add(one.Entry);
            arguments.Add(one.Target.AppId);
            arguments.Add(one.Target.Destination);
            arguments.Add(one.What);
            arguments.Add(one.Attempts.ToString(CultureInfo.InvariantCulture));
        }

        RedisKey[] of = [keys.Jobs, keys.Room, keys.DeadRoom];
        RedisValue[] values = [.. arguments];
        while (true)
        {
            var database = await context.Link.ConnectedAsync(stopping).ConfigureAwait(false);
            try
            {
                await database.ScriptEvaluateAsync(RedisQueueScripts.Settle, of, values).WaitAsync(stopping).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (RedisFailure.IsOne(e))
            {
                context.Link.FailIfBroken(database, e);
                await Task.Delay(RedisQueueTiming.AfterFailure, context.Time, stopping).ConfigureAwait(false);
            }
        }
    }

    private readonly record struct Settlement(string Entry, JobTarget Target, string What, int Attempts);
}

using System.Globalization;
using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// Writes the jobs of a partition to Redis, in order: one write under way, of many jobs when many wait, repeated until Redis has taken
/// it. A repetition after a lost answer is known by its number and not made twice. Bounded by the queue's <see cref="QueueRoom"/>.
/// Thread-safe.
/// </summary>
internal sealed partial class RedisOutbox(RedisQueueContext context, RedisQueueKeys keys) : IDisposable
{
    private const int MostJobs = 64;
    private const int MostBytes = 1 << 20;

    private readonly Lock _gate = new(); // guards _waiting
    private readonly Queue<Job> _waiting = new();
    private readonly SemaphoreSlim _some = new(0);
    private long _number;

    /// <summary>Told of each job that Redis has taken, or refused for a reason.</summary>
    public required Action<Job, string> Stored { get; init; }

    /// <summary>Told when something new can be read.</summary>
    public required Action Wake { get; init; }

    /// <summary>Jobs that Redis has not taken yet.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>Adds a job.</summary>
    public void Add(Job job)
    {
        lock (_gate) _waiting.Enqueue(job);
        _some.Release();
    }

    /// <summary>Takes what was never written.</summary>
    public List<Job> TakeAll()
    {
        lock (_gate)
        {
            List<Job> left = [.. _waiting];
            _waiting.Clear();
            return left;
        }
    }

    /// <summary>Writes until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _some.WaitAsync(stopping).ConfigureAwait(false);
            var jobs = Peek();
            if (jobs.Count == 0) continue;
            var number = (++_number).ToString(CultureInfo.InvariantCulture);
            var refused = await WriteAsync(number, jobs, stopping).ConfigureAwait(false);
            lock (_gate)
            {
                for (var i = 0; i < jobs.Count; i++) _waiting.Dequeue();
            }

            for (var i = 0; i < jobs.Count; i++) Stored(jobs[i], i < refused.Length ? (string?)refused[i] ?? "" : "");
            Wake();
        }
    }

    public void Dispose() => _some.Dispose();

    private List<Job> Peek()
    {
        lock (_gate)
        {
            List<Job> jobs = [];
            var bytes = 0L;
            foreach (var job in _waiting)
            {
                if (jobs.Count == MostJobs || (jobs.Count > 0 && bytes + job.Body.Length > MostBytes)) break;
                jobs.Add(job);
                bytes += job.Body.Length;
            }

            return jobs;
        }
    }

    private async Task<RedisResult[]> WriteAsync(string number, List<Job> jobs, CancellationToken stopping)
    {
        var arguments = Arguments(number, jobs);
        var isTold = false;
        while (true)
        {
            var database = await context.Session.ConnectedAsync(stopping).ConfigureAwait(false);
            try
            {
                RedisKey[] of = [keys.Jobs, keys.Room, keys.Writer(context.Node)];
                return (RedisResult[]?)await database.ScriptEvaluateAsync(RedisQueueScripts.Enqueue, of, arguments).WaitAsync(stopping).ConfigureAwait(false) ?? [];
            }
            catch (Exception e) when (RedisFailure.IsOne(e))
            {
                context.Session.FailIfBroken(database, e);
                if (!isTold) LogNotTaken(context.Logger, jobs.Count, e.Message);
                isTold = true;
                await Task.Delay(RedisQueueTiming.AfterFailure, context.Time, stopping).ConfigureAwait(false);
            }
        }
    }

    private RedisValue[] Arguments(string number, List<Job> jobs)
    {
        var arguments = new List<RedisValue>(6 + (jobs.Count * 5))
        {
            number, context.Options.MaxJobs, Math.Max(1, context.Options.MaxJobs / QueueRoom.Shares), keys.DeadPrefix, context.Options.MaxDeadLetters,
            context.Time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        foreach (var job in jobs)
        {
            arguments.Add(job.Id);
            arguments.Add(job.AppId);
            arguments.Add(job.Destination);
            arguments.Add(job.EnqueuedAt);
            arguments.Add(job.Body);
        }

        return [.. arguments];
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis did not take {Count} webhooks; they wait in the process and are written when it does: {Reason}")]
    private static partial void LogNotTaken(ILogger logger, int count, string reason);
}

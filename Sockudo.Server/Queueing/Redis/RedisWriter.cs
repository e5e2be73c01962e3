using System.Globalization;
using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// Writes the jobs of a partition to Redis, repeating each write until Redis has taken it. A repetition after a lost answer is known by
/// its number and not made twice. One write at a time.
/// </summary>
internal sealed partial class RedisWriter(RedisQueueContext context, RedisQueueKeys keys)
{
    /// <summary>Most jobs of one write.</summary>
    public const int MostJobs = 64;

    /// <summary>Most bytes of their bodies.</summary>
    public const int MostBytes = 1 << 20;

    private long _number;
    private volatile bool _isRefused;

    /// <summary>Whether Redis is there and has not taken the last write: it is full, it loads, it forbids.</summary>
    public bool IsRefused => _isRefused;

    /// <summary>Writes; answers why each was refused.</summary>
    public async Task<IReadOnlyList<string>> WriteAsync(IReadOnlyList<Job> jobs, CancellationToken stopping)
    {
        var arguments = Arguments((++_number).ToString(CultureInfo.InvariantCulture), jobs);
        var isTold = false;
        while (true)
        {
            var database = await context.Link.ConnectedAsync(stopping).ConfigureAwait(false);
            try
            {
                RedisKey[] of = [keys.Jobs, keys.Room, keys.Writer(context.Node), keys.DeadRoom];
                var refused = await database.ScriptEvaluateAsync(RedisQueueScripts.Enqueue, of, arguments).WaitAsync(stopping).ConfigureAwait(false);
                _isRefused = false;
                return [.. ((RedisResult[]?)refused ?? []).Select(static why => (string?)why ?? "")];
            }
            catch (Exception e) when (RedisFailure.IsOne(e))
            {
                context.Link.FailIfBroken(database, e);
                _isRefused = true;
                if (!isTold) LogNotTaken(context.Logger, jobs.Count, e.Message);
                isTold = true;
                await Task.Delay(RedisQueueTiming.AfterFailure, context.Time, stopping).ConfigureAwait(false);
            }
        }
    }

    private RedisValue[] Arguments(string number, IReadOnlyList<Job> jobs)
    {
        var arguments = new List<RedisValue>(9 + (jobs.Count * 5)) { number };
        arguments.AddRange(context.Limits.Jobs);
        arguments.Add(keys.DeadPrefix);
        arguments.AddRange(context.Limits.Dead);
        arguments.Add(context.Time.GetUtcNow().ToUnixTimeMilliseconds());
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

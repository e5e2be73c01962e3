using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// Dead letters in Redis, a stream for each app and partition, and those of this process that Redis never took. Thread-safe.
/// </summary>
internal sealed class RedisDeadLetters(RedisQueueContext context, IReadOnlyList<RedisPartition> partitions, MemoryDeadLetters unstored) : IDeadLetters
{
    private const int ReplayPage = 200;

    /// <summary>Keeps a job Redis never took.</summary>
    public void AddUnstored(Job job, string reason) => unstored.Add(job, reason, attempts: 0);

    public async ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string appId, int limit, CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>(await unstored.ListAsync(appId, limit, cancellationToken).ConfigureAwait(false));
        await AskAsync(async database =>
        {
            var pages = await Task.WhenAll(partitions.Select(partition => database.StreamRangeAsync(partition.Keys.Dead(appId), count: limit, messageOrder: Order.Descending))).ConfigureAwait(false);
            for (var i = 0; i < pages.Length; i++) letters.AddRange(pages[i].Select(entry => RedisEntries.DeadLetter(entry, i)).OfType<DeadLetter>());
            return 0;
        }, cancellationToken).ConfigureAwait(false);
        return [.. letters.OrderByDescending(static letter => letter.DiedAt).Take(limit)];
    }

    public async ValueTask<long> CountAsync(string appId, CancellationToken cancellationToken)
    {
        var local = await unstored.CountAsync(appId, cancellationToken).ConfigureAwait(false);
        return local + await AskAsync(async database =>
        {
            var lengths = await Task.WhenAll(partitions.Select(partition => database.StreamLengthAsync(partition.Keys.Dead(appId)))).ConfigureAwait(false);
            return lengths.Sum();
        }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<int> ReplayAsync(string appId, IReadOnlySet<string>? ids, CancellationToken cancellationToken)
    {
        var replayed = (int)await AskAsync(async database =>
        {
            var counts = await Task.WhenAll(partitions.Select(partition => ReplayAsync(database, partition, appId, ids))).ConfigureAwait(false);
            return counts.Sum();
        }, cancellationToken).ConfigureAwait(false);
        return replayed + await unstored.ReplayAsync(appId, ids, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long> ReplayAsync(IDatabase database, RedisPartition partition, string appId, IReadOnlySet<string>? ids)
    {
        var replayed = 0L;
        RedisValue from = "-";
        while (true)
        {
            var page = await database.StreamRangeAsync(partition.Keys.Dead(appId), from, count: ReplayPage).ConfigureAwait(false);
            if (page.Length == 0) return replayed;
            from = "(" + page[^1].Id;
            var chosen = page.Where(entry => ids?.Contains(entry["id"].ToString()) ?? true).Select(static entry => entry.Id).ToArray();
            if (chosen.Length == 0) continue;
            RedisKey[] keys = [partition.Keys.Dead(appId), partition.Keys.Jobs, partition.Keys.Room];
            RedisValue[] arguments = [context.Time.GetUtcNow().ToUnixTimeMilliseconds(), .. chosen];
            replayed += (long)await database.ScriptEvaluateAsync(RedisQueueScripts.Replay, keys, arguments).ConfigureAwait(false);
        }
    }

    private async Task<long> AskAsync(Func<IDatabase, Task<long>> ask, CancellationToken cancellationToken)
    {
        if (context.Link.Database is not { } database) throw new QueueUnavailableException("the queue's Redis is away");
        try
        {
            return await ask(database).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFailure.IsOne(e))
        {
            throw new QueueUnavailableException("the queue's Redis does not answer", e);
        }
    }
}

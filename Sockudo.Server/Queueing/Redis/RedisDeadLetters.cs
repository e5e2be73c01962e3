using Sockudo.Server.RedisConnections;
using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>
/// Dead letters in Redis, a stream for each app and partition, and those of this process that Redis never took. Thread-safe.
/// </summary>
internal sealed class RedisDeadLetters(RedisQueueContext context, IReadOnlyList<RedisPartition> partitions, MemoryDeadLetters unstored) : IDeadLetters
{
    // Of each partition at a time: a letter may have 200 KB.
    private const int ListPage = 8;
    private const int ReplayPage = 32;

    /// <summary>Keeps a job Redis never took.</summary>
    public void AddUnstored(Job job, string reason) => unstored.Add(job, reason, attempts: 0);

    public async ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string appId, int limit, CancellationToken cancellationToken)
    {
        var local = await unstored.ListAsync(appId, limit, cancellationToken).ConfigureAwait(false);
        return await AskAsync(async database =>
        {
            var sources = partitions.Select((partition, index) => new Source(database, partition.Keys.Dead(appId), index)).ToArray();
            var letters = new List<DeadLetter>();
            var (bytes, ofProcess) = (0L, 0);
            while (letters.Count < limit)
            {
                // The youngest of all that are next.
                await Task.WhenAll(sources.Select(static source => source.FillAsync())).WaitAsync(cancellationToken).ConfigureAwait(false);
                var first = sources.Where(static source => source.Next is not null).MaxBy(static source => source.Next!.DiedAt);
                var mine = ofProcess < local.Count ? local[ofProcess] : null;
                var isMine = mine is not null && (first is null || mine.DiedAt > first.Next!.DiedAt);
                if ((isMine ? mine : first?.Next) is not { } letter || (bytes > 0 && bytes + letter.Job.Size > DeadLetterPage.MostBytes)) break;
                letters.Add(letter);
                bytes += letter.Job.Size;
                if (isMine) ofProcess++;
                else first!.Take();
            }

            return letters;
        }, cancellationToken).ConfigureAwait(false);
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
        var replayed = await AskAsync(async database =>
        {
            var counts = await Task.WhenAll(partitions.Select(partition => ReplayAsync(database, partition, appId, ids, cancellationToken))).ConfigureAwait(false);
            return counts.Sum();
        }, cancellationToken).ConfigureAwait(false);
        return replayed + await unstored.ReplayAsync(appId, ids, cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ReplayAsync(IDatabase database, RedisPartition partition, string appId, IReadOnlySet<string>? ids, CancellationToken cancellationToken)
    {
        var dead = partition.Keys.Dead(appId);

        // What dies again meanwhile comes behind this one, and is not replayed a second time.
        var newest = await database.StreamRangeAsync(dead, count: 1, messageOrder: Order.Descending).ConfigureAwait(false);
        if (newest.Length == 0) return 0;
        RedisValue from = "-";
        HashSet<string> full = new(StringComparer.Ordinal);
        var replayed = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var page = await database.StreamRangeAsync(dead, from, newest[0].Id, ReplayPage).ConfigureAwait(false);
            if (page.Length == 0) break;
            from = "(" + page[^1].Id;

            // One that is full is not asked again: a younger job must not overtake those that stay.
            var chosen = page.Where(entry => (ids?.Contains(entry["id"].ToString()) ?? true) && !full.Contains(entry["to"].ToString())).ToArray();
            if (chosen.Length == 0) continue;
            RedisKey[] keys = [dead, partition.Keys.Jobs, partition.Keys.Room, partition.Keys.DeadRoom];
            RedisValue[] arguments = [context.Time.GetUtcNow().ToUnixTimeMilliseconds(), appId, .. context.Limits.Jobs, .. chosen.Select(static entry => entry.Id)];
            var answers = (int[])(await database.ScriptEvaluateAsync(RedisQueueScripts.Replay, keys, arguments).ConfigureAwait(false))!;
            for (var i = 0; i < answers.Length; i++)
            {
                if (answers[i] == 1) replayed++;
                else if (answers[i] == 0) full.Add(chosen[i]["to"].ToString());
            }
        }

        return replayed;
    }

    private async Task<T> AskAsync<T>(Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
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

    /// <summary>The dead letters of a partition, the youngest first, a page at a time.</summary>
    private sealed class Source(IDatabase database, RedisKey key, int partition)
    {
        private readonly Queue<DeadLetter> _page = new();
        private RedisValue _before = "+";
        private bool _isAtEnd;

        public DeadLetter? Next => _page.TryPeek(out var next) ? next : null;

        public void Take() => _page.Dequeue();

        public async Task FillAsync()
        {
            while (_page.Count == 0 && !_isAtEnd)
            {
                var entries = await database.StreamRangeAsync(key, maxId: _before, count: ListPage, messageOrder: Order.Descending).ConfigureAwait(false);
                _isAtEnd = entries.Length < ListPage;
                if (entries.Length > 0) _before = "(" + entries[^1].Id;
                foreach (var letter in entries.Select(entry => RedisEntries.DeadLetter(entry, partition)).OfType<DeadLetter>()) _page.Enqueue(letter);
            }
        }
    }
}

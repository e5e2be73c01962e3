namespace Sockudo.Server.Queueing;

/// <summary>Dead letters in the process, lost with it. Bounded for each app in number and in bytes; the oldest make room. Thread-safe.</summary>
/// <param name="perApp">Most of one app.</param>
/// <param name="time">The clock.</param>
/// <param name="tryEnqueue">Takes a job that is tried again; false when there is no room for it.</param>
internal sealed class MemoryDeadLetters(long perApp, TimeProvider time, Func<Job, bool> tryEnqueue) : IDeadLetters
{
    private const long BytesPerApp = 16 << 20;

    private readonly Lock _replaying = new(); // of two replays at once each job is taken by one
    private readonly Lock _gate = new(); // guards _apps and what is in it
    private readonly Dictionary<string, Letters> _apps = new(StringComparer.Ordinal);

    /// <summary>Keeps a job that was given up.</summary>
    public void Add(Job job, string reason, int attempts)
    {
        lock (_gate)
        {
            if (!_apps.TryGetValue(job.AppId, out var letters)) _apps[job.AppId] = letters = new Letters();
            letters.Items.AddLast(new DeadLetter(job, reason, attempts, time.GetUtcNow().ToUnixTimeMilliseconds()));
            letters.Bytes += job.Size;
            while (letters.Items.Count > perApp || (letters.Bytes > BytesPerApp && letters.Items.Count > 1)) Remove(letters, letters.Items.First!);
        }
    }

    public ValueTask<IReadOnlyList<DeadLetter>> ListAsync(string appId, int limit, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return new(_apps.TryGetValue(appId, out var letters) ? [.. DeadLetterPage.Of(letters.Items.Reverse(), limit)] : []);
        }
    }

    public ValueTask<long> CountAsync(string appId, CancellationToken cancellationToken)
    {
        lock (_gate) return new(_apps.TryGetValue(appId, out var letters) ? letters.Items.Count : 0);
    }

    public ValueTask<int> ReplayAsync(string appId, IReadOnlySet<string>? ids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var replayed = 0;
        lock (_replaying)
        {
            // One that is full is not asked again: a younger job must not overtake those that stay.
            HashSet<JobTarget> full = [];
            foreach (var node in Chosen(appId, ids))
            {
                var job = node.Value.Job;
                if (cancellationToken.IsCancellationRequested) break;
                if (full.Contains(job.Lane.Target)) continue;
                if (!tryEnqueue(job with { EnqueuedAt = now }))
                {
                    full.Add(job.Lane.Target);
                    continue;
                }

                replayed++;
                lock (_gate)
                {
                    if (node.List is not null) Remove(_apps[appId], node);
                }
            }
        }

        return new(replayed);
    }

    private List<LinkedListNode<DeadLetter>> Chosen(string appId, IReadOnlySet<string>? ids)
    {
        List<LinkedListNode<DeadLetter>> chosen = [];
        lock (_gate)
        {
            for (var node = _apps.GetValueOrDefault(appId)?.Items.First; node is not null; node = node.Next)
            {
                if (ids?.Contains(node.Value.Job.Id) ?? true) chosen.Add(node);
            }
        }

        return chosen;
    }

    private static void Remove(Letters letters, LinkedListNode<DeadLetter> node)
    {
        letters.Bytes -= node.Value.Job.Size;
        letters.Items.Remove(node);
    }

    private sealed class Letters
    {
        public LinkedList<DeadLetter> Items { get; } = new();

        public long Bytes { get; set; }
    }
}

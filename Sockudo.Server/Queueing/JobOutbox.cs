using System.Diagnostics;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Queueing;

/// <summary>
/// Jobs of a partition on their way to a broker, in order: one write under way, of many jobs when many wait. The write itself repeats
/// until the broker has taken or refused them. Bounded by whoever adds (<see cref="QueueRoom"/>). Thread-safe.
/// </summary>
/// <param name="mostJobs">Most jobs of one write.</param>
/// <param name="mostBytes">Most bytes of their bodies, unless one alone has more.</param>
/// <param name="write">Writes; answers why each was refused, empty for those that were not, or nothing when none was.</param>
/// <param name="stored">Told of each job that is written, and why it was refused; empty when it was not.</param>
internal sealed class JobOutbox(
    int mostJobs, int mostBytes, Func<IReadOnlyList<Job>, CancellationToken, Task<IReadOnlyList<string>>> write, Action<Job, string> stored) : IDisposable
{
    private readonly Lock _gate = new(); // guards _waiting and _lowest
    private readonly Queue<Job> _waiting = new();

    // The sequences that are lower than all behind them: a job that waited for its batch comes behind younger ones.
    private readonly LinkedList<long> _lowest = new();
    private readonly SemaphoreSlim _some = new(0);

    /// <summary>The lowest <see cref="Job.Sequence"/> of the jobs that are not written; null when there is none.</summary>
    public long? Oldest
    {
        get
        {
            lock (_gate) return _lowest.First?.Value;
        }
    }

    /// <summary>Adds a job.</summary>
    public void Add(Job job)
    {
        lock (_gate)
        {
            _waiting.Enqueue(job);
            while (_lowest.Last is { } last && last.Value > job.Sequence) _lowest.RemoveLast();
            _lowest.AddLast(job.Sequence);
        }

        _some.Release();
    }

    /// <summary>Writes until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            // Looked at before it is waited for: a write that failed as none should has not lost the jobs their turn.
            var jobs = Peek();
            if (jobs.Count == 0)
            {
                await _some.WaitAsync(stopping).ConfigureAwait(false);
                continue;
            }

            var refused = await WriteAsync(jobs, stopping).ConfigureAwait(false);
            lock (_gate)
            {
                foreach (var job in jobs)
                {
                    _waiting.Dequeue();
                    if (_lowest.First!.Value == job.Sequence) _lowest.RemoveFirst();
                }
            }

            for (var i = 0; i < jobs.Count; i++) stored(jobs[i], i < refused.Count ? refused[i] : "");
        }
    }

    public void Dispose() => _some.Dispose();

    private async Task<IReadOnlyList<string>> WriteAsync(List<Job> jobs, CancellationToken stopping)
    {
        using var span = ServerTracing.Start("queue write", ActivityKind.Producer);
        span?.SetTag(TraceTags.BatchSize, jobs.Count);
        var refused = await write(jobs, stopping).ConfigureAwait(false);
        if (span is not null && refused.Any(static why => why.Length > 0)) span.SetTag(TraceTags.ErrorType, "refused").SetStatus(ActivityStatusCode.Error);
        return refused;
    }

    private List<Job> Peek()
    {
        lock (_gate)
        {
            List<Job> jobs = [];
            var bytes = 0L;
            foreach (var job in _waiting)
            {
                if (jobs.Count == mostJobs || (jobs.Count > 0 && bytes + job.Body.Length > mostBytes)) break;
                jobs.Add(job);
                bytes += job.Body.Length;
            }

            return jobs;
        }
    }
}

namespace Sockudo.Server.Queueing;

/// <summary>How much a bounded queue still takes, in jobs and bytes; of both no destination gets more than a quarter. Thread-safe.</summary>
internal sealed class QueueRoom(long maxJobs, long maxBytes)
{
    /// <summary>One part of so many is what a destination may have.</summary>
    public const int Shares = 4;

    private readonly Lock _gate = new(); // guards everything below
    private readonly Dictionary<JobTarget, (long Jobs, long Bytes)> _byTarget = [];
    private long _jobs;
    private long _bytes;

    /// <summary>Jobs inside.</summary>
    public long Count => Volatile.Read(ref _jobs);

    /// <summary>Takes room; else says why there is none.</summary>
    public string? TryTake(JobTarget target, int bytes)
    {
        lock (_gate)
        {
            if (_jobs >= maxJobs || _bytes + bytes > maxBytes) return DeadLetterReason.QueueFull;
            var (jobs, held) = _byTarget.GetValueOrDefault(target);
            if (jobs >= Math.Max(1, maxJobs / Shares) || held + bytes > maxBytes / Shares) return DeadLetterReason.DestinationFull;
            _byTarget[target] = (jobs + 1, held + bytes);
            _jobs++;
            _bytes += bytes;
            return null;
        }
    }

    /// <summary>Gives room back.</summary>
    public void Release(JobTarget target, int bytes)
    {
        lock (_gate)
        {
            var (jobs, held) = _byTarget[target];
            if (jobs == 1) _byTarget.Remove(target);
            else _byTarget[target] = (jobs - 1, held - bytes);
            _jobs--;
            _bytes -= bytes;
        }
    }
}

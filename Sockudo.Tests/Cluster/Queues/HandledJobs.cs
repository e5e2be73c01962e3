using Sockudo.Server.Queueing;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Queues;

/// <summary>One handing out of a job.</summary>
internal sealed record Handled(QueuedJob Job, int Order)
{
    public override string ToString() => $"#{Order} {Job.Id} of partition {Job.Lane.Partition} after {Job.Attempts} attempts";
}

/// <summary>A handler that notes what it is handed and, unless told otherwise, finishes it at once.</summary>
internal sealed class HandledJobs(string node = "the node") : IJobHandler
{
    private readonly EventLog<(JobTarget Target, string Reason)> _dead = new($"{node}'s dead letters");
    private int _order;

    /// <summary>What was handed out, in order.</summary>
    public EventLog<Handled> Jobs { get; } = new(node);

    /// <summary>What was given up.</summary>
    public EventLog<(JobTarget Target, string Reason)> Dead => _dead;

    /// <summary>What happens to a job; the default finishes it.</summary>
    public Action<QueuedJob> Work { get; set; } = static job => job.Complete();

    public IEnumerable<string> Ids => Jobs.All.Select(handled => handled.Job.Id);

    public void Take(QueuedJob job)
    {
        Jobs.Add(new Handled(job, Interlocked.Increment(ref _order)));
        Work(job);
    }

    public void DeadLettered(JobTarget target, string reason) => _dead.Add((target, reason));

    /// <summary>Waits until so many different jobs were handed out.</summary>
    public Task DistinctAsync(int count, TimeSpan? limit = null) =>
        Eventually.TrueAsync(() => Task.FromResult(Ids.Distinct().Count() >= count), $"{count} jobs handed out", limit, () => $"There were {Ids.Distinct().Count()}: {string.Join(", ", Ids.Distinct().Take(50))}");
}

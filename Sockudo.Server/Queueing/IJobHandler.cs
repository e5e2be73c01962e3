namespace Sockudo.Server.Queueing;

/// <summary>Works on jobs. Thread-safe; neither method waits.</summary>
internal interface IJobHandler
{
    /// <summary>Takes a job over. Calls for one partition come one after another, in the order in which the jobs were enqueued.</summary>
    void Take(QueuedJob job);

    /// <summary>Told of each job that was given up, by the queue (it was full) or by the handler itself.</summary>
    void DeadLettered(JobTarget target, string reason);
}

namespace Sockudo.Server.Queueing;

/// <summary>
/// Keeps jobs until they are delivered. Each job is handed out at least once; the jobs of a partition that were enqueued one after
/// another are handed out in that order, by one node at a time, unless the driver says otherwise. Bounded: what finds no room
/// becomes a dead letter with its reason, and no single destination may take more than a quarter of the room. Thread-safe.
/// </summary>
internal interface IJobQueue
{
    /// <summary>The driver's name, as configured.</summary>
    string Driver { get; }

    /// <summary>Whether jobs outlive the process.</summary>
    bool IsDurable { get; }

    /// <summary>Jobs that are not delivered yet, as far as this node knows: its own and those of the partitions it reads.</summary>
    long Depth { get; }

    /// <summary>Jobs of this node that the broker has not taken yet; 0 without a broker.</summary>
    long Unstored { get; }

    /// <summary>The lowest <see cref="Job.Sequence"/> of those; null when there are none.</summary>
    long? OldestUnstored { get; }

    /// <summary>Whether the queue can store jobs now; what is enqueued meanwhile waits in the process.</summary>
    bool IsAvailable { get; }

    /// <summary>What was given up.</summary>
    IDeadLetters DeadLetters { get; }

    /// <summary>Takes a job; never waits.</summary>
    void Enqueue(Job job);

    /// <summary>Starts handing out. Called once. A broker that is away is waited for in the background.</summary>
    Task StartAsync(IJobHandler handler, CancellationToken cancellationToken);

    /// <summary>Stores what waits to be stored, until cancelled. Nothing must be enqueued any more.</summary>
    Task FlushAsync(CancellationToken cancellationToken);

    /// <summary>Stops handing out and lets other nodes go on where this one stopped. The handler must be done with its jobs.</summary>
    Task StopAsync();
}

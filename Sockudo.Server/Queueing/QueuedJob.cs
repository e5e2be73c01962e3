namespace Sockudo.Server.Queueing;

/// <summary>
/// A job the queue has handed out. It is the handler's until it is completed or dead-lettered, or until <see cref="Revoked"/>. None
/// of the methods waits for a broker; what could not be told to it is told again. One caller at a time.
/// </summary>
internal abstract class QueuedJob(string id, JobLane lane, long enqueuedAt)
{
    /// <summary>See <see cref="Job.Id"/>.</summary>
    public string Id => id;

    /// <summary>See <see cref="Job.Lane"/>.</summary>
    public JobLane Lane => lane;

    /// <summary>See <see cref="Job.EnqueuedAt"/>.</summary>
    public long EnqueuedAt => enqueuedAt;

    /// <summary>How often it was tried, on whatever node; the attempt of a node that died counts.</summary>
    public int Attempts { get; protected set; }

    /// <summary>Cancelled when the job is not this node's any more: somebody else has it, or will.</summary>
    public virtual CancellationToken Revoked => CancellationToken.None;

    /// <summary>What is delivered; null when it is gone from the queue, or the job was revoked meanwhile.</summary>
    public abstract ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Lets go of the body when the queue can give it again: it will be long before it is needed.</summary>
    public virtual void Unload()
    {
    }

    /// <summary>It is delivered.</summary>
    public abstract void Complete();

    /// <summary>An attempt failed and there will be another.</summary>
    public virtual void Failed() => Attempts++;

    /// <summary>It is given up.</summary>
    /// <param name="reason">One of <see cref="DeadLetterReason"/>.</param>
    public abstract void DeadLetter(string reason);
}

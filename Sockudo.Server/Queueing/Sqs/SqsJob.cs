namespace Sockudo.Server.Queueing.Sqs;

/// <summary>A message that was received and is hidden from others.</summary>
internal sealed class SqsJob : QueuedJob
{
    private readonly SqsJobQueue _queue;
    private readonly Job _job;

    public SqsJob(SqsJobQueue queue, Job job, string receipt, int attempts)
        : base(job.Id, job.Lane, job.EnqueuedAt)
    {
        _queue = queue;
        _job = job;
        Receipt = receipt;
        Attempts = attempts;
    }

    /// <summary>What SQS knows this reception by.</summary>
    public string Receipt { get; }

    /// <summary>See <see cref="Job.Size"/>.</summary>
    public int Size => _job.Size;

    public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken) => new(_job.Body);

    public override void Complete() => _queue.Finish(this);

    public override void DeadLetter(string reason)
    {
        _queue.GiveUp(_job, reason, Attempts);
        _queue.Finish(this);
    }
}

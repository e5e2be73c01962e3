using Microsoft.Extensions.Options;

namespace Sockudo.Server.Queueing.Memory;

/// <summary>
/// Jobs in the process: handed out as they come, lost with the process. A job counts until it is delivered or given up. Thread-safe.
/// </summary>
internal sealed class MemoryJobQueue : IJobQueue
{
    private readonly QueueOptions _options;
    private readonly MemoryDeadLetters _deadLetters;
    private readonly QueueRoom _room;
    private IJobHandler? _handler;

    public MemoryJobQueue(IOptions<QueueOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _room = new QueueRoom(_options.MaxJobs, _options.MaxBytes);
        _deadLetters = new MemoryDeadLetters(_options.MaxDeadLetters, time, job => TryEnqueue(job) is null);
    }

    public string Driver => _options.Driver;

    public bool IsDurable => false;

    public long Depth => _room.Count;

    public long Unstored => 0;

    public long? OldestUnstored => null;

    public bool IsAvailable => true;

    public IDeadLetters DeadLetters => _deadLetters;

    public void Enqueue(Job job)
    {
        if (TryEnqueue(job) is { } refusal) GiveUp(job, refusal, attempts: 0);
    }

    public Task StartAsync(IJobHandler handler, CancellationToken cancellationToken)
    {
        _handler = handler;
        return Task.CompletedTask;
    }

    public Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync() => Task.CompletedTask;

    // Takes it, or says why not.
    private string? TryEnqueue(Job job)
    {
        if (_handler is not { } handler) throw new InvalidOperationException("the queue was not started");
        if (_room.TryTake(job.Lane.Target, job.Size) is { } refusal) return refusal;
        handler.Take(new MemoryJob(this, job));
        return null;
    }

    private void Finish(Job job) => _room.Release(job.Lane.Target, job.Size);

    private void GiveUp(Job job, string reason, int attempts)
    {
        _deadLetters.Add(job, reason, attempts);
        _handler?.DeadLettered(job.Lane.Target, reason);
    }

    private sealed class MemoryJob(MemoryJobQueue queue, Job job) : QueuedJob(job.Id, job.Lane, job.EnqueuedAt)
    {
        public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken) => new(job.Body);

        public override void Complete() => queue.Finish(job);

        public override void DeadLetter(string reason)
        {
            queue.Finish(job);
            queue.GiveUp(job, reason, Attempts);
        }
    }
}

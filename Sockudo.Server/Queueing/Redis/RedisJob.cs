using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>A job of a partition this node has the lease of.</summary>
internal sealed class RedisJob : QueuedJob
{
    private readonly RedisPartition _partition;
    private readonly string _entry;
    private readonly CancellationToken _revoked;
    private ReadOnlyMemory<byte>? _body;

    /// <param name="partition">Whose it is.</param>
    /// <param name="entry">The entry of the stream.</param>
    /// <param name="job">What stands in it.</param>
    /// <param name="attempts">How often it was tried elsewhere.</param>
    /// <param name="revoked">Cancelled with the lease.</param>
    public RedisJob(RedisPartition partition, string entry, Job job, int attempts, CancellationToken revoked)
        : base(job.Id, job.Lane, job.EnqueuedAt)
    {
        _partition = partition;
        _entry = entry;
        _body = job.Body;
        _revoked = revoked;
        Attempts = attempts;
    }

    public override CancellationToken Revoked => _revoked;

    public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_body is { } body) return body;
        try
        {
            return _body = await _partition.ReadBodyAsync(_entry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFailure.IsOne(e))
        {
            throw new QueueUnavailableException("a webhook's body cannot be read from Redis", e);
        }
    }

    public override void Unload() => _body = null;

    public override void Complete() => _partition.Finish(_entry, Lane.Target, reason: "", Attempts);

    public override void Failed()
    {
        Attempts++;
        _partition.Settlements.Retry(_entry, Lane.Target, Attempts);
    }

    public override void DeadLetter(string reason) => _partition.Finish(_entry, Lane.Target, reason, Attempts);
}

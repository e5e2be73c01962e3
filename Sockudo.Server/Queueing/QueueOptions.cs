namespace Sockudo.Server.Queueing;

/// <summary>The queue of deliveries (configuration section <c>queue</c>).</summary>
internal sealed class QueueOptions
{
    /// <summary><c>memory</c>, <c>redis</c>, <c>redis-cluster</c>, <c>sqs</c>, or <c>none</c>, which switches webhooks off. Default memory.</summary>
    public string Driver { get; set; } = "memory";

    /// <summary>
    /// Most jobs that wait: in the process (memory), or in each of the 8 partitions of Redis. One destination may have a quarter of it.
    /// What finds no room is a dead letter. Default 100000.
    /// </summary>
    public long MaxJobs { get; set; } = 100_000;

    /// <summary>Dead letters that are kept for each app (Redis: in each of the 8 partitions); the oldest make room. Default 1000.</summary>
    public long MaxDeadLetters { get; set; } = 1_000;

    /// <summary>The memory driver's limit beside <see cref="MaxJobs"/>, and that of what waits for an absent broker. Unit: bytes. Default 268435456.</summary>
    public long MaxBytes { get; set; } = 256L << 20;
}

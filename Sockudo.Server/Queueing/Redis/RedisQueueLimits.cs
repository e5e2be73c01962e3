using StackExchange.Redis;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>How much there may be in a partition. Immutable.</summary>
/// <param name="options">How many jobs and dead letters.</param>
/// <param name="maxBytes">Most bytes of jobs in all partitions together.</param>
internal sealed class RedisQueueLimits(QueueOptions options, long maxBytes)
{
    /// <summary>Most bytes of dead letters of an app, in all partitions together.</summary>
    public const long DeadBytesOfApp = 32L << 20;

    /// <summary>The jobs: most of all, most of one destination, most bytes of all, most of one destination.</summary>
    public RedisValue[] Jobs { get; } =
    [
        options.MaxJobs, Math.Max(1, options.MaxJobs / QueueRoom.Shares), maxBytes / JobPartitions.Count, maxBytes / JobPartitions.Count / QueueRoom.Shares,
    ];

    /// <summary>The dead letters of one app: most of them, most of their bytes.</summary>
    public RedisValue[] Dead { get; } = [options.MaxDeadLetters, DeadBytesOfApp / JobPartitions.Count];
}

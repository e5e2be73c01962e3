using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Queueing.Redis;

/// <summary>What the partitions of a queue share.</summary>
/// <param name="Link">The Redis; shared with whoever keeps something in the same one.</param>
/// <param name="Prefix">What every key begins with.</param>
/// <param name="Node">This node, unique for each start.</param>
/// <param name="Options">The driver's name and its bounds.</param>
/// <param name="Limits">How much there may be in Redis.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">For what an operator must know.</param>
internal sealed record RedisQueueContext(RedisLink Link, string Prefix, string Node, QueueOptions Options, RedisQueueLimits Limits, TimeProvider Time, ILogger Logger)
{
    /// <summary>The consumer group of every stream.</summary>
    public const string Group = "webhooks";

    /// <summary>
    /// The one consumer of every group: whoever has the lease reads as this, so that what a dead node has left pending is its successor's
    /// at once, and no names pile up.
    /// </summary>
    public const string Consumer = "lease";

    /// <summary>Who works on jobs; set at the start.</summary>
    public IJobHandler? Handler { get; set; }
}

namespace Sockudo.Server.Queueing.Redis;

/// <summary>The queue's times on Redis.</summary>
internal static class RedisQueueTiming
{
    /// <summary>How long a lease holds without being renewed: so long after a node's death its partitions lie still.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    /// <summary>How often it is renewed, and how often one that another has is asked for.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(1.25);

    /// <summary>How often a partition is looked at where there was something lately. What this node enqueues itself is read at once.</summary>
    public static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(25);

    /// <summary>How often it is looked at otherwise.</summary>
    public static readonly TimeSpan IdlePoll = TimeSpan.FromMilliseconds(200);

    /// <summary>The wait after a command failed.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(100);
}

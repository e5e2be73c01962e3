namespace Sockudo.Server.Backplane.Redis;

/// <summary>The backplane over one Redis server or its sentinels (configuration section <c>adapter.redis</c>).</summary>
internal sealed class RedisBackplaneOptions
{
    /// <summary>The Redis of this backplane alone, in place of <c>database.redis</c> (<c>redis_pub_options.url</c>, <c>REDIS_URL</c>). Default null.</summary>
    public string? Url { get; set; }

    /// <summary>
    /// The largest message. Redis cuts off a subscriber that is 32 MB behind at once and one that is 8 MB behind for a minute.
    /// Unit: bytes. Default 8388608; at least 65536, at most 33554432.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 8 << 20;

    /// <summary>
    /// How many received messages of a topic may wait to be taken. When there are more, all that wait are dropped and counted
    /// (backplane_messages_dropped_total), and the cluster asks for them again. Default 16384.
    /// </summary>
    public int MaxPendingMessages { get; set; } = 16_384;
}

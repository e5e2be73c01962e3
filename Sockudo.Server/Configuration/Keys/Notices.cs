using Sockudo.Server.Caching;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>The notices several keys share.</summary>
internal static class Notices
{
    /// <summary>A disconnect is cleaned up in place.</summary>
    public static readonly KeyNotice Cleanup = new(
        "has no effect: a disconnect is cleaned up at once, on one code path without a queue to size.",
        "remove the section.");

    /// <summary>Delta compression is not there yet.</summary>
    public static readonly KeyNotice Delta = new(
        "has no effect: delta compression is not offered yet, every client gets full messages.",
        "remove it, or set delta_compression.enabled to false.",
        static c => c.Held.Get("delta_compression.enabled", true));

    /// <summary>Tag filters are not there yet.</summary>
    public static readonly KeyNotice Tags = new(
        "has no effect: tag filtering is not offered yet, a subscribe with a filter is refused.",
        "remove it, or set tag_filtering.enabled to false.",
        static c => c.Held.Get("tag_filtering.enabled", false));

    /// <summary>Compression of frames is not there.</summary>
    public static readonly KeyNotice Compression = new(
        "has no effect: permessage-deflate is not offered, frames are sent uncompressed.",
        "set it to \"disabled\".",
        static c => c.Held.Get("websocket.compression", "disabled") != "disabled");

    /// <summary>Sizes of the original's machinery.</summary>
    public static readonly KeyNotice Sizing = new(
        "has no effect: output loops are sized by the processors and coalesce what is pending.",
        "remove it.",
        static c => c.Held.Get("websocket.write_buffer_size", 16384L) != 16384 || c.Held.Get("adapter.buffer_multiplier_per_cpu", 64L) != 64);

    /// <summary>A section the original never reads.</summary>
    public static readonly KeyNotice AppManagerScylla = new(
        "is not read.",
        "use database.scylladb.");

    /// <summary>A cache whose entries all end by themselves.</summary>
    public static readonly KeyNotice CacheEntries = new(
        "has no effect: every entry has an end of its own (channel_limits.cache_ttl, 2 minutes for idempotency keys) and is removed at it.",
        "remove it.",
        static c => c.Cache.Ttl != new CacheOptions().Ttl || c.Cache.CleanupInterval != new CacheOptions().CleanupInterval);

    /// <summary>Apps in memory need no cache.</summary>
    public static readonly KeyNotice AppCache = new(
        "has no effect: this build keeps apps in memory, which needs no cache.",
        "remove it.",
        static c => c.AppManager.Driver != "memory");

    /// <summary>The console's lines have one form.</summary>
    public static readonly KeyNotice Category = new(
        "has no effect: every line names its category.",
        "remove it, or cut the category off where logs are collected.",
        static c => !c.Server.Logging.IncludeTarget);

    /// <summary>The original had to be told how many nodes there are.</summary>
    public static readonly KeyNotice NodesFindEachOther = new("has no effect: nodes find each other.", "remove it.");

    /// <summary>Redis needs no pool here.</summary>
    public static readonly KeyNotice RedisPool = new(
        "has no effect: a node has one multiplexed connection to each Redis, which carries any load and keeps the order.",
        "remove it.");

    /// <summary>The SQL app managers are not there.</summary>
    public static readonly KeyNotice SqlPool = new(
        "has no effect: it sizes the pool of an SQL app manager, and this build keeps apps in memory; Redis and NATS need no pool.",
        "remove it.");

    /// <summary>Names of the limiter's buckets.</summary>
    public static readonly KeyNotice Identifier = new("is fixed.", "remove it.", static _ => false);
}

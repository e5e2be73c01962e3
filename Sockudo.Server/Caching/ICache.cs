namespace Sockudo.Server.Caching;

/// <summary>
/// Values by key, each with a time to live, on this node or shared by the cluster. No method fails for a store that is away: this node's
/// memory stands in for it and what was written meanwhile reaches it afterwards. Keys are case-sensitive and may hold any character; the
/// driver puts the configured prefix in front. A value may be shared and must not be changed after it was given. Thread-safe.
/// </summary>
internal interface ICache
{
    /// <summary>Whether other nodes see what is written.</summary>
    bool IsShared { get; }

    /// <summary>Whether the shared store is away, so that only this node sees what is written. Always false when nothing is shared.</summary>
    bool IsAway { get; }

    /// <summary>The value; null when there is none, or it is over. Reads what this node wrote, in the order it wrote it.</summary>
    ValueTask<CachedValue?> GetAsync(CacheKey key, CancellationToken cancellationToken);

    /// <summary>Stores a value over whatever is there.</summary>
    ValueTask SetAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a value if the key has none, in one step: of any number of callers on any number of nodes exactly one gets true until the
    /// time is over. While the shared store is away the answer covers this node alone (see <see cref="IsAway"/>): two nodes may both
    /// get true. True as well when the store did not answer in time, whatever it did. A value that tells its caller from all others is what
    /// <see cref="ReplaceAsync"/> and <see cref="RemoveAsync"/> prove with that the key is theirs. Cancelling stops the waiting, not
    /// the storing: whether the key was free is not known then, so nothing is taken back.
    /// </summary>
    ValueTask<bool> TryAddAsync(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a key once, until a moment. Whether that moment is over is asked of the store's own clock, which also ends the key: the
    /// clocks of the nodes need not agree. Without an answer of the store, or without one, this node's clock and memory answer.
    /// Cancelling stops the waiting, not the taking.
    /// </summary>
    ValueTask<CacheClaim> TryTakeUntilAsync(CacheKey key, DateTimeOffset end, CancellationToken cancellationToken);

    /// <summary>Stores a value in place of the one that was expected, in one step; where there is none, too. False when another is there, which stays.</summary>
    ValueTask<bool> ReplaceAsync(CacheKey key, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes a key that has the expected value, in one step. Another value stays; absent is no error.</summary>
    ValueTask RemoveAsync(CacheKey key, ReadOnlyMemory<byte> expected, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a value later, without waiting, unless the stored one has a greater <see cref="ValueVersion"/>; both begin with one. What is
    /// to be written for the same key is joined. The keys that wait are bounded by the cache's capacity; above it the oldest is dropped
    /// and counted (cache_writes_dropped_total).
    /// </summary>
    /// <returns>Whether there is room for it; without, the stored one stays.</returns>
    bool PostNewest(CacheKey key, ReadOnlyMemory<byte> value, TimeSpan timeToLive);
}

/// <summary>A cached value and how long it still lives. Immutable.</summary>
internal sealed record CachedValue(ReadOnlyMemory<byte> Value, TimeSpan TimeToLive);

/// <summary>What became of taking a key once.</summary>
internal enum CacheClaim
{
    /// <summary>It was free and is the caller's now.</summary>
    Taken,

    /// <summary>Somebody took it before.</summary>
    Held,

    /// <summary>The moment it was to be taken until is over.</summary>
    Over,
}

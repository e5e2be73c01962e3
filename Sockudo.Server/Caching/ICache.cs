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
    ValueTask<CachedValue?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Stores a value over whatever is there.</summary>
    ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a value if the key has none, in one step: of any number of callers on any number of nodes exactly one gets true until the
    /// time is over. While the shared store is away the answer covers this node alone (see <see cref="IsAway"/>): two nodes may both
    /// get true. True as well when the store did not answer in time, whatever it did.
    /// </summary>
    ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes a key; absent is no error.</summary>
    ValueTask RemoveAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a value later, without waiting, unless the stored one has a greater <see cref="ValueVersion"/>; both begin with one. What is
    /// to be written for the same key is joined. The keys that wait are bounded by the cache's capacity; above it the oldest is dropped
    /// and counted (cache_writes_dropped_total).
    /// </summary>
    void PostNewest(string key, ReadOnlyMemory<byte> value, TimeSpan timeToLive);
}

/// <summary>A cached value and how long it still lives. Immutable.</summary>
internal sealed record CachedValue(ReadOnlyMemory<byte> Value, TimeSpan TimeToLive);

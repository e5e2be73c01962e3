namespace Sockudo.Server.Caching;

/// <summary>The cache of cache channels and idempotency keys (configuration section <c>cache</c>).</summary>
internal sealed class CacheOptions
{
    /// <summary><c>memory</c>, <c>redis</c>, <c>redis-cluster</c>, or <c>none</c>, which also means memory, as in the original. Default memory.</summary>
    public string Driver { get; set; } = "memory";

    /// <summary>Time to live of an entry that names none. Unit: seconds. Default 300.</summary>
    public long Ttl { get; set; } = 300;

    /// <summary>Time between removals of expired entries. Unit: seconds. Default 60.</summary>
    public long CleanupInterval { get; set; } = 60;

    /// <summary>
    /// Most entries a node keeps in its memory, and most that wait to be written to a shared cache; who makes room: <see cref="MemoryCache{TValue}"/>.
    /// Default 10000.
    /// </summary>
    public long MaxCapacity { get; set; } = 10_000;

    /// <summary>
    /// Most memory of the last events of cache channels, keys and overhead included; a shared cache has as much again for what this node wrote.
    /// Unit: bytes. Default 64 MiB.
    /// </summary>
    public long MaxBytes { get; set; } = MemoryCacheLimits.DefaultBytes;
}

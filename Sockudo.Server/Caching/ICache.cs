namespace Sockudo.Server.Caching;

/// <summary>A bounded key/value store with a time to live per entry. Thread-safe. Losing an entry early is allowed; serving one late is not.</summary>
internal interface ICache
{
    /// <summary>The value, or null when absent or expired.</summary>
    ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>Stores a value for <paramref name="timeToLive"/>.</summary>
    ValueTask SetAsync(string key, byte[] value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Stores a value only when the key is absent; true when it was stored. Atomic.</summary>
    ValueTask<bool> TryAddAsync(string key, byte[] value, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes a key; absent is no error.</summary>
    ValueTask RemoveAsync(string key, CancellationToken cancellationToken);
}

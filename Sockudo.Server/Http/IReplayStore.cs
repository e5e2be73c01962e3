namespace Sockudo.Server.Http;

/// <summary>Remembers which signatures were used. Thread-safe.</summary>
internal interface IReplayStore
{
    /// <summary>
    /// Remembers a key for a time, unless it is remembered already. Atomic: of several calls with one key, one gets
    /// <see cref="ReplayVerdict.First"/>. A store that cannot answer throws, and the request fails: protection that is off while its
    /// store is down is none.
    /// </summary>
    /// <param name="key">A hex HMAC that was checked before.</param>
    /// <param name="timeToLive">How long the signature would still be accepted.</param>
    /// <param name="cancellationToken">Ends the wait for a store outside of the process.</param>
    ValueTask<ReplayVerdict> TryAddAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken);
}

/// <summary>What a store knows of a key.</summary>
internal enum ReplayVerdict
{
    /// <summary>It is new and remembered now.</summary>
    First,

    /// <summary>It was used before.</summary>
    Replayed,

    /// <summary>It may be new, but there is no room to remember it.</summary>
    Full,
}

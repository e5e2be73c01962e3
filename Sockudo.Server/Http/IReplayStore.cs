using Sockudo.Server.Apps;

namespace Sockudo.Server.Http;

/// <summary>Remembers which signatures were used. Thread-safe.</summary>
internal interface IReplayStore
{
    /// <summary>
    /// Remembers a signature until an end, unless it is remembered already. Atomic: of all calls with one signature and one end, whenever they
    /// come, at most one gets <see cref="ReplayVerdict.First"/>; after the end none does. Nothing gives a signature back. A store that
    /// cannot answer throws, and the request fails: protection that is off while its store is down is none.
    /// </summary>
    /// <param name="app">Whose signature it is.</param>
    /// <param name="signature">A hex HMAC that was checked before.</param>
    /// <param name="end">When nobody accepts the signature any more.</param>
    /// <param name="now">The reading of the clock by which the request's age was judged.</param>
    ValueTask<ReplayVerdict> TryAddAsync(App app, string signature, DateTimeOffset end, DateTimeOffset now);
}

/// <summary>What a store knows of a signature.</summary>
internal enum ReplayVerdict
{
    /// <summary>It is new and remembered now.</summary>
    First,

    /// <summary>It was used before.</summary>
    Replayed,

    /// <summary>Its end is over, so that it may have been used before and be forgotten by now.</summary>
    Expired,

    /// <summary>It may be new, but the app has no room left to remember it.</summary>
    Full,
}

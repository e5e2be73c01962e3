using Sockudo.Server.Caching;

namespace Sockudo.Server.Http;

/// <summary>
/// Used signatures of all nodes, in the shared cache; behind this node's memory, which still refuses what was used here while the cache
/// is away. Meanwhile another node may take a signature once more. Thread-safe.
/// </summary>
internal sealed class SharedReplayStore(MemoryReplayStore here, ICache cache) : IReplayStore
{
    private static readonly byte[] Used = "1"u8.ToArray();

    public async ValueTask<ReplayVerdict> TryAddAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var verdict = await here.TryAddAsync(key, timeToLive, cancellationToken);
        if (verdict != ReplayVerdict.First || !cache.IsShared || timeToLive <= TimeSpan.Zero) return verdict;
        return await cache.TryAddAsync("replay:" + key, Used, timeToLive, cancellationToken) ? ReplayVerdict.First : ReplayVerdict.Replayed;
    }
}

using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Http;

/// <summary>
/// Used signatures of all nodes, in the shared cache, whose own clock says when a signature is over: the clocks of the nodes need not agree.
/// Before it this node's memory, which still refuses what was used here while the cache is away; meanwhile another node may take a
/// signature once more. A client that goes away meanwhile changes nothing: what is taken stays taken. Thread-safe.
/// </summary>
internal sealed class SharedReplayStore(IReplayStore here, ICache cache) : IReplayStore
{
    public async ValueTask<ReplayVerdict> TryAddAsync(App app, string signature, DateTimeOffset end, DateTimeOffset now)
    {
        var verdict = await here.TryAddAsync(app, signature, end, now);
        if (verdict != ReplayVerdict.First || !cache.IsShared) return verdict;
        return await cache.TryTakeUntilAsync(new CacheKey(app.Id, "replay:" + signature), end, CancellationToken.None) switch
        {
            CacheClaim.Taken => ReplayVerdict.First,
            CacheClaim.Over => ReplayVerdict.Expired,
            _ => ReplayVerdict.Replayed,
        };
    }
}

using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Channels;

/// <summary>
/// The last published event of each cache channel, as the frame its subscribers got. Bounded and with a time to live.
/// Thread-safe; <see cref="Set(App, string, byte[], WriteStamp, TimeSpan)"/> is called in the channel's turn.
/// </summary>
internal sealed class CachedEvents(MemoryCache<CachedFrame> cache)
{
    /// <summary>Everything kept, with the time it is still kept.</summary>
    public IEnumerable<(CachedFrame Cached, TimeSpan TimeToLive)> All => cache.ToArray();

    /// <summary>Keeps a frame as the channel's last event.</summary>
    public void Set(App app, string channel, byte[] frame, WriteStamp stamp = default) =>
        Set(app, channel, frame, stamp, TimeSpan.FromSeconds(app.CacheTtlSeconds));

    /// <summary>Keeps a frame as the channel's last event, unless a later one is kept.</summary>
    public void Set(App app, string channel, byte[] frame, WriteStamp stamp, TimeSpan timeToLive)
    {
        var key = Key(app, channel);
        if (cache.TryGet(key, out var kept, out _) && kept.Stamp > stamp) return;
        cache.Set(key, new CachedFrame(app.Id, channel, frame, stamp), timeToLive);
    }

    /// <summary>The channel's last event and how long it is still kept; null when there is none.</summary>
    public byte[]? Find(App app, string channel, out TimeSpan timeToLive) =>
        cache.TryGet(Key(app, channel), out var cached, out timeToLive) ? cached.Frame : null;

    /// <summary>Drops what has expired.</summary>
    public void RemoveExpired() => cache.RemoveExpired();

    private static string Key(App app, string channel) => $"{app.Id}\n{channel}";
}

/// <summary>A cache channel's last event and when it was written. Immutable.</summary>
internal sealed record CachedFrame(string AppId, string Channel, byte[] Frame, WriteStamp Stamp);

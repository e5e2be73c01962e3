using Sockudo.Server.Apps;
using Sockudo.Server.Caching;

namespace Sockudo.Server.Channels;

/// <summary>The last published event of each cache channel, as the frame its subscribers got. Bounded and with a time to live. Thread-safe.</summary>
internal sealed class CachedEvents(MemoryCache<byte[]> cache)
{
    /// <summary>Keeps a frame as the channel's last event.</summary>
    public void Set(App app, string channel, byte[] frame) => cache.Set(Key(app, channel), frame, TimeSpan.FromSeconds(app.CacheTtlSeconds));

    /// <summary>The channel's last event and how long it is still kept; null when there is none.</summary>
    public byte[]? Find(App app, string channel, out TimeSpan timeToLive) =>
        cache.TryGet(Key(app, channel), out var frame, out timeToLive) ? frame : null;

    /// <summary>Drops what has expired.</summary>
    public void RemoveExpired() => cache.RemoveExpired();

    private static string Key(App app, string channel) => $"{app.Id}\n{channel}";
}

using Sockudo.Server.Apps;
using Sockudo.Server.Caching;
using Sockudo.Server.Transport;

namespace Sockudo.Server.Channels;

/// <summary>
/// The last published event of each cache channel, as the frame its subscribers got. Bounded in events and bytes, with a time to live;
/// an event too large for its app's part is not kept, and none before it either: its subscribers are told that there is none. It is kept in
/// memory; a cache that is shared is behind it: what is published here is written there without anybody waiting, and read back by
/// <see cref="LoadAsync"/> when the memory has nothing. Thread-safe.
/// </summary>
/// <param name="cache">This node's memory.</param>
/// <param name="behind">What the events are written to as well; a cache that is not shared is not used.</param>
/// <param name="time">The clock of the stamps of a node without peers.</param>
internal sealed class CachedEvents(MemoryCache<CachedFrame> cache, ICache? behind = null, TimeProvider? time = null)
{
    private const int MostAsked = 10_000;
    private const long MostAskedBytes = 8L << 20;

    /// <summary>How long a channel the shared cache had nothing for is not asked about again: its events are heard of here.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly ICache? _behind = behind is { IsShared: true } ? behind : null;
    private readonly MemoryCache<CachedFrame> _asked = new(MostAsked, time ?? TimeProvider.System, MostAskedBytes);
    private readonly Lock _gate = new(); // makes a comparison of stamps and its write one step; guards _lastTime
    private long _lastTime;

    /// <summary>Everything kept, with the time it is still kept.</summary>
    public IEnumerable<(CachedFrame Cached, TimeSpan TimeToLive)> All => cache.ToArray();

    /// <summary>Keeps a frame as the channel's last event.</summary>
    public void Set(App app, string channel, byte[] frame, WriteStamp stamp = default, bool isOwn = false) =>
        Set(app, channel, frame, stamp, TimeSpan.FromSeconds(app.CacheTtlSeconds), isOwn);

    /// <summary>Keeps a frame as the channel's last event, unless a later one is kept. One that was published here goes to the shared cache too.</summary>
    public void Set(App app, string channel, byte[] frame, WriteStamp stamp, TimeSpan timeToLive, bool isOwn = false)
    {
        bool isKept;
        lock (_gate)
        {
            // A node without peers has no clock of its own for this, and an event of its last life must not outlast a new one.
            if (_behind is not null && stamp == default) stamp = new WriteStamp(NextTime(), UInt128.Zero);
            var key = Key(app, channel);
            if (cache.TryGet(key, out var kept, out _) && kept.Stamp > stamp) return;
            isKept = cache.Set(key, new CachedFrame(app.Id, channel, frame, stamp), timeToLive);
        }

        if (isOwn && _behind is not null) Post(SharedKey(app, channel), isKept ? ServerFrame.Payload(frame).Span : NoEvent, stamp, timeToLive);
    }

    // What is too large to be kept takes the place of the event before it all the same: nobody may be given that one any more.
    private void Post(CacheKey key, ReadOnlySpan<byte> json, WriteStamp stamp, TimeSpan timeToLive)
    {
        if (!_behind!.PostNewest(key, ValueVersion.Prepend(stamp.Time, stamp.Epoch, json), timeToLive))
            _behind.PostNewest(key, ValueVersion.Prepend(stamp.Time, stamp.Epoch, NoEvent), timeToLive);
    }

    /// <summary>The channel's last event and how long it is still kept; null when there is none.</summary>
    public byte[]? Find(App app, string channel, out TimeSpan timeToLive) =>
        cache.TryGet(Key(app, channel), out var cached, out timeToLive) ? cached.Frame : null;

    /// <summary>Whether the shared cache may know a last event the memory does not: it is there, and did not just say that it has none.</summary>
    public bool MayLoad(App app, string channel) => _behind is { IsAway: false } && !_asked.TryGet(Key(app, channel), out _, out _);

    /// <summary>Brings the channel's last event from the shared cache into memory, unless the memory has a later one. Ends within the cache's deadline and never fails.</summary>
    /// <returns>The event's stamp; null when there is none.</returns>
    public async ValueTask<WriteStamp?> LoadAsync(App app, string channel, CancellationToken cancellationToken)
    {
        if (_behind is null) return null;
        if (await _behind.GetAsync(SharedKey(app, channel), cancellationToken).ConfigureAwait(false) is not { } found)
        {
            _asked.Set(Key(app, channel), Nothing, AskAgain);
            return null;
        }

        var json = ValueVersion.Split(found.Value.Span, out var writtenAt, out var writer);
        if (json is not [(byte)'{', .., (byte)'}']) return null;
        if (json.AsSpan().SequenceEqual(NoEvent))
        {
            _asked.Set(Key(app, channel), Nothing, AskAgain);
            return null;
        }

        lock (_gate) _lastTime = Math.Max(_lastTime, writtenAt);
        var stamp = new WriteStamp(writtenAt, writer);
        Set(app, channel, ServerFrame.Create(Opcode.Text, json), stamp == default ? new WriteStamp(1, UInt128.Zero) : stamp, found.TimeToLive);
        return stamp;
    }

    /// <summary>Drops what has expired.</summary>
    public void RemoveExpired()
    {
        cache.RemoveExpired();
        _asked.RemoveExpired();
    }

    private static ReadOnlySpan<byte> NoEvent => "{}"u8;

    private static CachedFrame Nothing { get; } = new("", "", [], default);

    private static CacheKey Key(App app, string channel) => new(app.Id, channel);

    // The original's key.
    private static CacheKey SharedKey(App app, string channel) => CacheKey.OfApp(app.Id, $"channel:{channel}:cache_miss");

    private long NextTime()
    {
        var now = (time ?? TimeProvider.System).GetUtcNow().Subtract(DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return _lastTime = Math.Max(_lastTime + 1, now);
    }
}

/// <summary>A cache channel's last event and when it was written. Immutable.</summary>
internal sealed record CachedFrame(string AppId, string Channel, byte[] Frame, WriteStamp Stamp) : ISized
{
    public long Size => Frame.Length + 104;
}

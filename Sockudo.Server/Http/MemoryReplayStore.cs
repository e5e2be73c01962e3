using System.Globalization;
using Sockudo.Server.Apps;

namespace Sockudo.Server.Http;

/// <summary>
/// Used signatures of this node, bounded by <paramref name="maxBytes"/>. An app has at most as much as is free: one alone half of it. Without
/// room a new signature is not taken (<see cref="ReplayVerdict.Full"/>, a 503 with the code <c>replay_store_full</c>, counted in
/// replay_store_full_total), because forgetting one would let it be replayed; the other apps are not touched. What is over is dropped
/// by the next call. Thread-safe.
/// </summary>
internal sealed class MemoryReplayStore(long maxBytes) : IReplayStore
{
    /// <summary>What a signature costs: its place in the set and in the queue, both just grown to the double, and the copy of the set while it grows.</summary>
    public const int MarkBytes = 112;

    // 64 bits of an HMAC-SHA256 are enough to tell apart what only a holder of the secret can make.
    private const int HexDigitsKept = 16;

    private readonly Lock _gate = new(); // guards all below; the set and the queue hold the same signatures
    private readonly HashSet<ulong> _used = [];
    private readonly PriorityQueue<(ulong Id, Share Share), DateTimeOffset> _byEnd = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal); // by app, of those that have a signature here
    private DateTimeOffset _droppedTo = DateTimeOffset.MinValue;

    /// <summary>Signatures remembered, those that are over and not dropped yet included.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _used.Count;
        }
    }

    public ValueTask<ReplayVerdict> TryAddAsync(App app, string signature, DateTimeOffset end, DateTimeOffset now)
    {
        var id = ulong.Parse(signature.AsSpan(0, HexDigitsKept), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        lock (_gate) return ValueTask.FromResult(Add(app.Id, id, end, now));
    }

    private ReplayVerdict Add(string appId, ulong id, DateTimeOffset end, DateTimeOffset now)
    {
        // Whoever read a later clock, or a clock that was set back since, may have dropped this very signature.
        if (end <= now || end <= _droppedTo) return ReplayVerdict.Expired;
        Drop(now);
        if (_used.Contains(id)) return ReplayVerdict.Replayed;
        if (!_shares.TryGetValue(appId, out var share)) share = new Share(appId);
        if ((share.Count + 1L) * MarkBytes > maxBytes - ((long)_used.Count * MarkBytes)) return ReplayVerdict.Full;
        if (share.Count++ == 0) _shares.Add(appId, share);
        _used.Add(id);
        _byEnd.Enqueue((id, share), end);
        return ReplayVerdict.First;
    }

    private void Drop(DateTimeOffset now)
    {
        while (_byEnd.TryPeek(out var over, out var end) && end <= now)
        {
            _byEnd.Dequeue();
            _used.Remove(over.Id);
            if (--over.Share.Count == 0) _shares.Remove(over.Share.AppId);
            _droppedTo = end;
        }
    }

    private sealed class Share(string appId)
    {
        public string AppId { get; } = appId;

        public int Count { get; set; }
    }
}

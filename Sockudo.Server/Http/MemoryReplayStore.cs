using System.Globalization;

namespace Sockudo.Server.Http;

/// <summary>
/// Used signatures of this node. Bounded: when <paramref name="capacity"/> of them are still valid a new one is not taken
/// (<see cref="ReplayVerdict.Full"/>, a 503 with the code <c>replay_store_full</c>), because forgetting one would let it be replayed.
/// What is over is dropped by the next call. Thread-safe.
/// </summary>
internal sealed class MemoryReplayStore(int capacity, TimeProvider time) : IReplayStore
{
    /// <summary>Room for 1,600 requests a second with clocks that agree. Unit: signatures, about 60 bytes each.</summary>
    public const int DefaultCapacity = 1_000_000;

    // Half of an HMAC-SHA256 is as good as all of it to tell apart what only a holder of the secret can make.
    private const int HexDigitsKept = 32;

    private readonly Lock _gate = new(); // guards both collections, which hold the same keys
    private readonly HashSet<UInt128> _used = [];
    private readonly PriorityQueue<UInt128, DateTimeOffset> _byEnd = new();

    /// <summary>Signatures remembered, those that are over and not dropped yet included.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _used.Count;
        }
    }

    public ValueTask<ReplayVerdict> TryAddAsync(string key, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var id = UInt128.Parse(key.AsSpan(0, HexDigitsKept), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return ValueTask.FromResult(Add(id, timeToLive));
    }

    private ReplayVerdict Add(UInt128 id, TimeSpan timeToLive)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            while (_byEnd.TryPeek(out var over, out var end) && end <= now)
            {
                _byEnd.Dequeue();
                _used.Remove(over);
            }

            if (_used.Contains(id)) return ReplayVerdict.Replayed;
            if (_used.Count >= capacity) return ReplayVerdict.Full;
            _used.Add(id);
            _byEnd.Enqueue(id, now + timeToLive);
            return ReplayVerdict.First;
        }
    }
}

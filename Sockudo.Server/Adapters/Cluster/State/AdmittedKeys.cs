namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// The idempotency keys (as hashes) whose publish was handed out on this node: each is admitted once, whichever node it was sent
/// to. Kept for two minutes, bounded by <see cref="Capacity"/>, some 10 MB: when it is full an app that has more than its part (one of n has an
/// nth) loses its own oldest, else the app that has most does, and the replay of a lost one would be handed out again. Thread-safe.
/// </summary>
internal sealed class AdmittedKeys(ClusterClock clock)
{
    /// <summary>Most keys.</summary>
    public const int Capacity = 100_000;

    private const long KeptMs = 120_000;

    private readonly Lock _gate = new(); // guards both collections
    private readonly HashSet<ulong> _keys = [];
    private readonly Dictionary<string, Queue<(ulong Key, long At)>> _byAge = new(StringComparer.Ordinal); // of each app that has keys

    /// <summary>Whether this is the first time here. 0 is no key and always admitted.</summary>
    public bool TryAdmit(string appId, ulong key)
    {
        if (key == 0) return true;
        var now = clock.Milliseconds;
        lock (_gate)
        {
            if (!_byAge.TryGetValue(appId, out var own)) _byAge.Add(appId, own = new Queue<(ulong, long)>());
            while (own.TryPeek(out var oldest) && oldest.At < now - KeptMs) _keys.Remove(own.Dequeue().Key);
            if (!_keys.Add(key)) return false;
            if (_keys.Count > Capacity) MakeRoom(own, now);
            own.Enqueue((key, now));
            return true;
        }
    }

    private void MakeRoom(Queue<(ulong Key, long At)> writer, long now)
    {
        var part = Math.Max(1, Capacity / _byAge.Count);
        var from = writer.Count >= part ? writer : _byAge.Values.MaxBy(static keys => keys.Count)!;
        do _keys.Remove(from.Dequeue().Key);
        while (from.TryPeek(out var oldest) && oldest.At < now - KeptMs);
        if (from.Count > 0 || from == writer) return;

        // An app whose last key went is not remembered.
        foreach (var (appId, keys) in _byAge)
        {
            if (keys.Count == 0 && keys != writer) _byAge.Remove(appId);
        }
    }
}

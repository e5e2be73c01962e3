namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>
/// The idempotency keys (as hashes) whose publish was handed out on this node: each is admitted once, whichever node it was sent
/// to. Kept for two minutes, bounded: the oldest goes first, and its replay would then be handed out again. Thread-safe.
/// </summary>
internal sealed class AdmittedKeys(ClusterClock clock)
{
    private const int Capacity = 100_000;
    private const long KeptMs = 120_000;

    private readonly Lock _gate = new(); // guards both collections
    private readonly HashSet<ulong> _keys = [];
    private readonly Queue<(ulong Key, long At)> _byAge = new();

    /// <summary>Whether this is the first time here. 0 is no key and always admitted.</summary>
    public bool TryAdmit(ulong key)
    {
        if (key == 0) return true;
        var now = clock.Milliseconds;
        lock (_gate)
        {
            while (_byAge.TryPeek(out var oldest) && (oldest.At < now - KeptMs || _byAge.Count >= Capacity)) _keys.Remove(_byAge.Dequeue().Key);
            if (!_keys.Add(key)) return false;
            _byAge.Enqueue((key, now));
            return true;
        }
    }
}

namespace Sockudo.Server.Channels;

/// <summary>
/// How many subscriptions a channel has on each other node, as that node said last. Absolute: the higher sequence wins. Not
/// thread-safe: guarded by the channel's lock; only <see cref="Total"/> may be read without it.
/// </summary>
internal sealed class RemoteSubscriptions
{
    private Entry[] _entries = [];
    private int _total;

    /// <summary>The sum over all other nodes.</summary>
    public int Total => Volatile.Read(ref _total);

    /// <summary>Whether no other node has any.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>Takes what a node said at a sequence; false when something later is known.</summary>
    public bool Set(RemoteNode node, int count, ulong sequence)
    {
        var at = Array.FindIndex(_entries, entry => ReferenceEquals(entry.Node, node));
        if (at < 0)
        {
            if (count > 0) _entries = [.. _entries, new Entry(node, count, sequence)];
        }
        else if (sequence < _entries[at].Sequence)
        {
            return false;
        }
        else if (count > 0)
        {
            _entries[at] = new Entry(node, count, sequence);
        }
        else
        {
            RemoveAt(at);
        }

        Sum();
        return true;
    }

    /// <summary>Removes what a node said before a sequence.</summary>
    public void Remove(RemoteNode node, ulong before)
    {
        var at = Array.FindIndex(_entries, entry => ReferenceEquals(entry.Node, node) && entry.Sequence < before);
        if (at < 0) return;
        RemoveAt(at);
        Sum();
    }

    private void RemoveAt(int at) => _entries = [.. _entries.AsSpan(0, at), .. _entries.AsSpan(at + 1)];

    private void Sum()
    {
        var total = 0;
        foreach (var entry in _entries) total += entry.Count;
        Volatile.Write(ref _total, total);
    }

    private readonly record struct Entry(RemoteNode Node, int Count, ulong Sequence);
}

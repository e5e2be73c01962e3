using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster.State;

/// <summary>What stands at the beginning of each chunk of a snapshot.</summary>
internal readonly record struct SnapshotChunk(uint Nonce, uint Index, bool IsLast, ulong Base, ulong ResumeFrom, ulong Lost);

/// <summary>
/// A snapshot being given to one peer on one partition, read as it is asked for. Each entry carries the sequence as of which it is
/// true; what the peer knows from before <see cref="SnapshotChunk.Base"/> and is not named is gone. Guarded by the cluster node's lock.
/// </summary>
internal sealed class SnapshotSource : IDisposable
{
    private readonly ulong _base;
    private readonly ulong _resumeFrom;
    private readonly ulong _lost;
    private readonly IEnumerator<(ulong Sequence, StreamEntry Entry)> _entries;
    private byte[] _last = [];
    private uint _next;
    private bool _hasCurrent;
    private bool _isFinished;

    public SnapshotSource(uint nonce, EventStream stream, long uptimeMs, long now, IEnumerator<(ulong Sequence, StreamEntry Entry)> entries)
    {
        Nonce = nonce;
        _base = stream.LastAppended;
        _resumeFrom = Math.Min(stream.StartFor(uptimeMs, now, out _lost), _base + 1);
        _entries = entries;
    }

    /// <summary>The request id the snapshot answers.</summary>
    public uint Nonce { get; }

    /// <summary>When a chunk was asked for last.</summary>
    public long UsedAt { get; set; }

    /// <summary>What the chunk made last has. Unit: bytes.</summary>
    public int LastBytes => _last.Length;

    /// <summary>The next chunk, or the last again; null for any other. Entries that no message can carry are left out and counted.</summary>
    public byte[]? Chunk(uint index, int maxBytes, int maxEntryBytes, out int oversized)
    {
        oversized = 0;
        if (index + 1 == _next) return _last;
        if (index != _next || _isFinished) return null;

        var writer = new WireWriter(default);
        writer.UInt32(Nonce);
        writer.UInt32(index);
        var lastAt = writer.Length;
        writer.Bool(false);
        writer.UInt64(_base);
        writer.UInt64(_resumeFrom);
        writer.UInt64(_lost);
        var isEmpty = true;
        while (_hasCurrent || _entries.MoveNext())
        {
            var (sequence, entry) = _entries.Current;
            if (entry.Length > maxEntryBytes)
            {
                (_hasCurrent, oversized) = (false, oversized + 1);
                continue;
            }

            _hasCurrent = !isEmpty && writer.Length + entry.Length + 16 > maxBytes;
            if (_hasCurrent) break;
            isEmpty = false;
            writer.UInt64(sequence);
            Batch.WriteEntry(ref writer, entry);
        }

        _isFinished = !_hasCurrent;
        writer.Patch(lastAt, _isFinished ? (byte)1 : (byte)0);
        _next++;
        return _last = writer.ToArray();
    }

    /// <summary>Reads a chunk's beginning; the entries are the rest. False when it is damaged.</summary>
    public static bool TryReadChunk(ref WireReader reader, out SnapshotChunk chunk)
    {
        chunk = new SnapshotChunk(reader.UInt32(), reader.UInt32(), reader.Bool(), reader.UInt64(), reader.UInt64(), reader.UInt64());
        return !reader.Failed && chunk.ResumeFrom > 0;
    }

    public void Dispose() => _entries.Dispose();
}

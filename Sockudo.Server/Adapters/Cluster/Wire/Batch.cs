namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// Consecutive entries of a stream in a message: the first one's sequence, the sender's clock in milliseconds, for how long the first
/// has waited, how many, then each with its length. The same form stands in a batch and in a repair chunk.
/// </summary>
internal ref struct Batch
{
    private WireReader _reader;
    private int _read;

    private Batch(WireReader reader, ulong first, long sentAt, long ageMs, int count)
    {
        _reader = reader;
        First = first;
        SentAt = sentAt;
        AgeMs = ageMs;
        Count = count;
    }

    /// <summary>The first entry's sequence.</summary>
    public ulong First { get; }

    /// <summary>The sender's clock when it sent this.</summary>
    public long SentAt { get; }

    /// <summary>How long the first entry had waited when this was sent, in milliseconds: after an outage of the broker, as long as that.</summary>
    public long AgeMs { get; }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>The last entry's sequence; one less than the first when there is none.</summary>
    public readonly ulong Last => First + (ulong)Count - 1;

    /// <summary>Writes entries.</summary>
    public static void Write(ref WireWriter writer, ulong first, long sentAt, List<StreamEntry> entries)
    {
        writer.UInt64(first);
        writer.Int64(sentAt);
        writer.Varint(entries.Count > 0 ? (ulong)Math.Max(0, sentAt - entries[0].At) : 0);
        writer.Varint((ulong)entries.Count);
        foreach (var entry in entries) WriteEntry(ref writer, entry);
    }

    /// <summary>Writes one entry with its length.</summary>
    public static void WriteEntry(ref WireWriter writer, StreamEntry entry)
    {
        writer.Varint((ulong)entry.Length);
        writer.Raw(entry.Head);
        writer.Raw(entry.Payload.Span);
    }

    /// <summary>Reads the beginning; false when it is damaged.</summary>
    public static bool TryRead(WireReader reader, out Batch batch)
    {
        var first = reader.UInt64();
        var sentAt = reader.Int64();
        var ageMs = (long)Math.Min(reader.Varint(), long.MaxValue);
        var count = reader.Count();
        batch = new Batch(reader, first, sentAt, ageMs, count);

        // An entry has at least two bytes, so a count that cannot be true is not believed.
        return !reader.Failed && sentAt is >= 0 and <= EntryRules.MaxUptimeMs && first > 0 && count <= reader.Rest.Length && first <= long.MaxValue;
    }

    /// <summary>The next entry's bytes; false at the end or when the rest is damaged.</summary>
    public bool TryNext(out ReadOnlySpan<byte> entry)
    {
        entry = default;
        if (_read >= Count) return false;
        _read++;
        entry = _reader.Take(_reader.Count());
        return !_reader.Failed;
    }
}

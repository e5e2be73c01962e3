using System.IO.Hashing;
using System.Text;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Adapters.Cluster.Streams;

/// <summary>This node's streams, one a partition. What is about one channel, or one user, is always in one stream. Thread-safe.</summary>
internal sealed class StreamSet
{
    private readonly EventStream[] _streams;
    private readonly ClusterClock _clock;
    private readonly BrokerLimit _limit;
    private long _oversized;

    public StreamSet(ClusterOptions options, ClusterClock clock, BrokerLimit limit)
    {
        _clock = clock;
        _limit = limit;
        _streams = new EventStream[options.Partitions];
        for (var i = 0; i < _streams.Length; i++) _streams[i] = new EventStream(options.RingBytes, options.RingAgeMs);
    }

    public int Count => _streams.Length;

    /// <summary>Entries that were too large for the broker and therefore never got a sequence, or were left out of a snapshot.</summary>
    public long Oversized => Volatile.Read(ref _oversized);

    public EventStream this[int partition] => _streams[partition];

    /// <summary>The stream of a channel or a user.</summary>
    public int PartitionOf(string appId, string name)
    {
        if (_streams.Length == 1) return 0;
        var hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{appId}\n{name}"));
        return (int)(hash % (ulong)_streams.Length);
    }

    /// <summary>Counts entries of snapshots that no message can carry.</summary>
    public void CountOversized(int entries)
    {
        if (entries > 0) Interlocked.Add(ref _oversized, entries);
    }

    /// <summary>Appends to the stream of a channel or a user. An entry that cannot be published gets no sequence; false says so.</summary>
    public bool TryAppend(string appId, string name, StreamEntry entry)
    {
        if (entry.Length > _limit.EntryBytes)
        {
            Interlocked.Increment(ref _oversized);
            if (entry.Bus is { } bus) BusTrace.End(bus, "too_large");
            return false;
        }

        _streams[PartitionOf(appId, name)].Append(entry, _clock.Milliseconds);
        return true;
    }
}

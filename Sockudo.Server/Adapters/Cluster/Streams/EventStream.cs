using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Adapters.Cluster.Streams;

/// <summary>
/// What this node says on one partition: numbered from 1 in the order of <see cref="Append"/>, kept in a ring so that it can be
/// sent, sent again and repaired. Bounded by bytes and age: the oldest is evicted, sent or not, and a receiver that still needed
/// it counts a loss. Thread-safe; its lock is the innermost of all, so that a channel appends within its own turn.
/// </summary>
internal sealed class EventStream(long maxBytes, long maxAgeMs)
{
    // How long a request may have been under way: who asks needs what was said since it began, not since it was heard.
    private const long TransitMs = 2000;

    // What an entry costs beside its bytes: the slot, the array header, the shared frame's share.
    private const int EntryOverhead = 64;

    private readonly Lock _gate = new(); // guards every field below
    private StreamEntry[] _slots = new StreamEntry[64];
    private ulong _first = 1; // the oldest kept
    private ulong _next = 1; // the next to be numbered
    private ulong _unsent = 1; // the next to be handed to the broker
    private ulong _lastSent; // the highest that ever was
    private ulong _echoed; // up to where we heard ourselves
    private ulong _taken; // up to where the broker took it
    private long _bytes;
    private long _evictedAt = long.MinValue;

    /// <summary>Called, outside the lock, when something is to be sent and nothing was. Must not wait.</summary>
    public Action Pending { get; set; } = static () => { };

    /// <summary>The last sequence given.</summary>
    public ulong LastAppended
    {
        get
        {
            lock (_gate) return _next - 1;
        }
    }

    /// <summary>Everything up to here was handed to the broker; less than before when a tail is to be sent again.</summary>
    public ulong SentUpTo
    {
        get
        {
            lock (_gate) return _unsent - 1;
        }
    }

    /// <summary>The oldest sequence kept.</summary>
    public ulong First
    {
        get
        {
            lock (_gate) return _first;
        }
    }

    /// <summary>Bytes kept.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate) return _bytes;
        }
    }

    /// <summary>Whether something waits to be sent.</summary>
    public bool HasUnsent
    {
        get
        {
            lock (_gate) return _unsent < _next;
        }
    }

    /// <summary>When the oldest entry was appended that the broker has not taken yet; null when it took all.</summary>
    public long? OldestWaitingAt
    {
        get
        {
            lock (_gate)
            {
                var oldest = Math.Max(_first, _taken + 1);
                return oldest < _next ? Slot(oldest).At : null;
            }
        }
    }

    /// <summary>Appends an entry that is known to fit a message, and returns its sequence.</summary>
    public ulong Append(StreamEntry entry, long now)
    {
        ulong sequence;
        bool wasIdle;
        lock (_gate)
        {
            if (_next - _first == (ulong)_slots.Length) Grow();
            sequence = _next++;
            Slot(sequence) = entry with { At = now };
            _bytes += entry.Length + EntryOverhead;
            wasIdle = _unsent == sequence;
            Evict(now);
        }

        if (wasIdle) Pending();
        return sequence;
    }

    /// <summary>Takes what is to be sent next, at most this many bytes and entries but always one entry; false when there is nothing.</summary>
    public bool TryTakeUnsent(int maxBytes, List<StreamEntry> into, out ulong first, int maxEntries = int.MaxValue)
    {
        lock (_gate)
        {
            first = _unsent = Math.Max(_unsent, _first);
            var end = (ulong)maxEntries < _next - first ? first + (ulong)maxEntries : _next;
            _unsent = Copy(first, end, maxBytes, into);
            _lastSent = Math.Max(_lastSent, _unsent - 1);
            return into.Count > 0;
        }
    }

    /// <summary>The broker took everything up to a sequence.</summary>
    public void Taken(ulong last)
    {
        lock (_gate) _taken = Math.Max(_taken, last);
    }

    /// <summary>Puts a mark in the place of an entry that can never be sent; false when it is not kept any more, or is a mark already.</summary>
    public bool Lose(ulong sequence)
    {
        lock (_gate)
        {
            if (sequence < _first || sequence >= _next) return false;
            ref var entry = ref Slot(sequence);
            if (entry.IsLost) return false;
            var mark = StreamEntry.Lost(entry.At);
            _bytes += mark.Length - entry.Length;
            entry = mark;
            return true;
        }
    }

    /// <summary>Reads again what was sent, from a sequence or the oldest kept after it.</summary>
    public void ReadSent(ulong from, int maxBytes, long now, List<StreamEntry> into, out ulong first, out ulong ringStart, out ulong lastSent)
    {
        lock (_gate)
        {
            Evict(now);
            ringStart = _first;
            lastSent = _lastSent;
            first = Math.Max(from, _first);
            if (first <= _lastSent) Copy(first, _lastSent + 1, maxBytes, into);
        }
    }

    /// <summary>From where a node that lives for this long needs the stream, and how many entries of that time are gone already (at most).</summary>
    public ulong StartFor(long uptimeMs, long now, out ulong lost)
    {
        lock (_gate)
        {
            Evict(now);
            var since = now - uptimeMs - TransitMs;
            lost = _evictedAt >= since ? _first - 1 : 0;
            var start = _first;
            while (start < _next && Slot(start).At < since) start++;
            return start;
        }
    }

    /// <summary>These entries came back to us from the broker.</summary>
    public void Heard(ulong first, ulong last)
    {
        lock (_gate)
        {
            if (first <= _echoed + 1 && last > _echoed && last <= _lastSent) _echoed = last;
        }
    }

    /// <summary>A heartbeat came back that was sent after everything up to a sequence: what of that did not come back by now never will, and was not lost to an outage.</summary>
    public void HeardHeartbeat(ulong lastSent)
    {
        lock (_gate)
        {
            if (lastSent <= _lastSent) _echoed = Math.Max(_echoed, lastSent);
        }
    }

    /// <summary>Sends again, once, what we have not heard back.</summary>
    public void SendUnheardAgain()
    {
        bool isPending;
        lock (_gate)
        {
            _unsent = Math.Max(_first, Math.Min(_unsent, _echoed + 1));
            _taken = Math.Min(_taken, _unsent - 1);
            isPending = _unsent < _next;
        }

        if (isPending) Pending();
    }

    /// <summary>Evicts what is too old.</summary>
    public void EvictExpired(long now)
    {
        lock (_gate) Evict(now);
    }

    private ref StreamEntry Slot(ulong sequence) => ref _slots[sequence & (ulong)(_slots.Length - 1)];

    private ulong Copy(ulong from, ulong end, int maxBytes, List<StreamEntry> into)
    {
        var bytes = 0;
        while (from < end)
        {
            ref var entry = ref Slot(from);
            bytes += entry.Length + 5;
            if (bytes > maxBytes && into.Count > 0) break;
            into.Add(entry);
            from++;

            // Whoever sends it ends its span; a second sending is no part of it.
            if (entry.Bus is not null) entry = entry with { Bus = null };
        }

        return from;
    }

    private void Evict(long now)
    {
        while (_first < _next && (_bytes > maxBytes || Slot(_first).At < now - maxAgeMs))
        {
            ref var oldest = ref Slot(_first++);
            _bytes -= oldest.Length + EntryOverhead;
            _evictedAt = oldest.At;
            if (oldest.Bus is { } bus) BusTrace.End(bus, "not_sent_in_time");
            oldest = default;
        }
    }

    private void Grow()
    {
        var old = _slots;
        var grown = new StreamEntry[old.Length * 2];
        for (var sequence = _first; sequence < _next; sequence++)
            grown[sequence & (ulong)(grown.Length - 1)] = old[sequence & (ulong)(old.Length - 1)];
        _slots = grown;
    }
}

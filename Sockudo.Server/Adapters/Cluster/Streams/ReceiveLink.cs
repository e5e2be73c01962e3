using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster.Streams;

/// <summary>Whether this node has a peer's state.</summary>
internal enum SyncState
{
    /// <summary>It has not, and has not asked.</summary>
    None,

    /// <summary>A snapshot is on its way.</summary>
    Requested,

    /// <summary>It has.</summary>
    Done,
}

/// <summary>
/// What this node has of one peer's stream on one partition: the position, the gap being repaired, the snapshot being taken.
/// Guarded by the cluster node's lock.
/// </summary>
internal sealed class ReceiveLink(int partition)
{
    /// <summary>Bytes of later batches that are kept while a gap before them is repaired, so that a busy stream is caught up with.</summary>
    private const int MaxHeldBytes = 1024 * 1024;

    private readonly List<HeldBatch> _held = [];
    private int _heldBytes;

    public int Partition { get; } = partition;

    /// <summary>Whether <see cref="Position"/> is known.</summary>
    public bool IsPositioned { get; private set; }

    /// <summary>The last entry applied, or passed over as lost.</summary>
    public ulong Position { get; private set; }

    /// <summary>The highest sequence known to exist.</summary>
    public ulong KnownLast { get; set; }

    /// <summary>The highest sequence another node reported to have. It may be on its way here, so it makes no gap; it counts when the peer is gone.</summary>
    public ulong ReportedLast { get; set; }

    /// <summary>When anything of the peer came on this partition's topic.</summary>
    public long HeardAt { get; set; } = long.MinValue / 2;

    /// <summary>With a secret: whether the peer has proven on this partition that it lives since this node knows it, or since its death here.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Its last heartbeat here and when that came.</summary>
    public HeartbeatMessage? Heartbeat { get; set; }

    public long HeartbeatAt { get; set; }

    /// <summary>Whether entries are missing that exist.</summary>
    public bool HasGap => IsPositioned && Position < KnownLast;

    // The repair.
    public bool IsRepairing { get; set; }

    /// <summary>The rest of a backlog, or the next chunk, is due but the local queues are too full to take it.</summary>
    public bool IsRepairPaused { get; set; }

    /// <summary>When a repair was asked for last, or paused.</summary>
    public long RepairAskedAt { get; set; }

    public int RepairAttempts { get; set; }

    /// <summary>The timestamp of a request that was not answered yet, for what is measured of it.</summary>
    public long? OpenRepairRequest { get; set; }

    // The snapshot.
    public SyncState Sync { get; set; }

    public uint SnapshotNonce { get; set; }

    public uint NextChunk { get; set; }

    public long SnapshotAskedAt { get; set; }

    public int SnapshotAttempts { get; set; }

    /// <inheritdoc cref="OpenRepairRequest"/>
    public long? OpenSnapshotRequest { get; set; }

    /// <summary>The next chunk is due but the local queues are too full to take it.</summary>
    public bool IsSnapshotPaused { get; set; }

    /// <summary>State entries up to here are in the snapshot that was begun last.</summary>
    public ulong StateBase { get; set; }

    /// <summary>
    /// What the stream took away while a snapshot is on its way, with its sequence: the snapshot was read before and may still
    /// name it. A key is app, name and user.
    /// </summary>
    public Dictionary<(EntryKind Kind, string AppId, string Name, string UserId), ulong> Removals { get; } = [];

    /// <summary>Gaps found, entries repaired, entries lost.</summary>
    public long Gaps { get; set; }

    public long Repaired { get; set; }

    public long Lost { get; set; }

    /// <summary>Marks of entries the broker did not take since that was said last, and when.</summary>
    public long MarksUntold { get; set; }

    public long MarksToldAt { get; set; } = long.MinValue / 2;

    /// <summary>Begins after a sequence.</summary>
    public void StartAfter(ulong position)
    {
        IsPositioned = true;
        Position = position;
        KnownLast = Math.Max(KnownLast, position);
    }

    /// <summary>The entry after <see cref="Position"/> was applied.</summary>
    public void Advance()
    {
        Position++;
        if (KnownLast < Position) KnownLast = Position;
    }

    /// <summary>Gives up entries up to a sequence; returns how many.</summary>
    public ulong Skip(ulong to)
    {
        if (!IsPositioned || to <= Position) return 0;
        var lost = to - Position;
        Lost += (long)lost;
        Position = to;
        KnownLast = Math.Max(KnownLast, to);
        return lost;
    }

    /// <summary>Keeps a batch that begins after a gap; a batch too many is dropped and repaired later.</summary>
    public void Hold(ulong first, ulong last, ReadOnlySpan<byte> body)
    {
        if (_heldBytes + body.Length > MaxHeldBytes || (_held.Count > 0 && first <= _held[^1].Last)) return;
        _held.Add(new HeldBatch(first, last, body.ToArray()));
        _heldBytes += body.Length;
    }

    /// <summary>Keeps the batch that is applied in part until the local queues have room again.</summary>
    public void Pause(ulong first, ulong last, ReadOnlySpan<byte> body, long now)
    {
        _held.Insert(0, new HeldBatch(first, last, body.ToArray()));
        _heldBytes += body.Length;
        IsRepairing = false;
        IsRepairPaused = true;
        RepairAskedAt = now;
    }

    /// <summary>A kept batch that can be applied now; null when there is none.</summary>
    public byte[]? TakeHeld()
    {
        while (_held.Count > 0 && _held[0].First <= Position + 1)
        {
            var held = _held[0];
            _held.RemoveAt(0);
            _heldBytes -= held.Body.Length;
            if (held.Last > Position) return held.Body;
        }

        return null;
    }

    /// <summary>Ends what is under way: the peer is gone. The position is kept.</summary>
    public void Abandon()
    {
        _held.Clear();
        _heldBytes = 0;
        IsAdmitted = IsRepairing = IsRepairPaused = IsSnapshotPaused = false;
        OpenRepairRequest = OpenSnapshotRequest = null;
        Sync = SyncState.None;
        StateBase = 0;
        Removals.Clear();
    }

    private readonly record struct HeldBatch(ulong First, ulong Last, byte[] Body);
}

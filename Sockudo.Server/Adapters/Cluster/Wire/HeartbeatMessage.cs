namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>What a node says of another on one partition: how long ago it heard it, and up to where it has its stream.</summary>
internal readonly record struct PeerReport(NodeId Node, long HeardAgoMs, ulong Received, bool IsAlive);

/// <summary>The body of a heartbeat, a hello and a direct heartbeat.</summary>
internal sealed record HeartbeatMessage
{
    private const int MaxPeers = 4096;
    private const int MaxTextLength = 1024;

    // Sums and differences of such sequences still fit.
    private const ulong MaxSequence = ulong.MaxValue / 4;

    /// <summary>Counts the sender's heartbeats on the partition; it comes back to the sender as proof.</summary>
    public required ulong Number { get; init; }

    public required string Label { get; init; }

    public required string Version { get; init; }

    /// <summary>How long the sender lives. Unit: milliseconds.</summary>
    public required long UptimeMs { get; init; }

    /// <summary>How long the sender has been joined and proven; -1 when it is not. Unit: milliseconds.</summary>
    public required long ReadyForMs { get; init; }

    /// <summary>Whether the sender's own heartbeats come back to it.</summary>
    public required bool HasEcho { get; init; }

    /// <summary>The sequence of the last entry handed to the broker before this.</summary>
    public required ulong LastSent { get; init; }

    /// <summary>The oldest sequence that can still be repaired.</summary>
    public required ulong RingStart { get; init; }

    /// <summary>For a hello: the request id of the snapshot it asks for. For the answer to one: the same, when the snapshot follows.</summary>
    public required uint SnapshotNonce { get; init; }

    public required IReadOnlyList<PeerReport> Peers { get; init; }

    /// <summary>
    /// For a direct heartbeat: the <see cref="UptimeMs"/> of the message it answers, which proves to whom it is addressed that its
    /// sender lived then; -1 when it answers none.
    /// </summary>
    public long Answers { get; init; } = -1;

    /// <summary>For a direct heartbeat: whether its sender needs such a proof in turn.</summary>
    public bool WantsAnswer { get; init; }

    public void Write(ref WireWriter writer)
    {
        writer.UInt64(Number);
        writer.String(Label);
        writer.String(Version);
        writer.Int64(UptimeMs);
        writer.Int64(ReadyForMs);
        writer.Bool(HasEcho);
        writer.UInt64(LastSent);
        writer.UInt64(RingStart);
        writer.UInt32(SnapshotNonce);
        writer.Varint((ulong)Peers.Count);
        foreach (var peer in Peers)
        {
            writer.UInt128(peer.Node.Value);
            writer.Int64(peer.HeardAgoMs);
            writer.UInt64(peer.Received);
            writer.Bool(peer.IsAlive);
        }

        writer.Int64(Answers);
        writer.Bool(WantsAnswer);
    }

    /// <summary>Reads a body; null when it is damaged.</summary>
    public static HeartbeatMessage? Read(ReadOnlySpan<byte> body)
    {
        var reader = new WireReader(body);
        var number = reader.UInt64();
        var label = reader.String();
        var version = reader.String();
        var uptime = reader.Int64();
        var readyFor = reader.Int64();
        var hasEcho = reader.Bool();
        var lastSent = reader.UInt64();
        var ringStart = reader.UInt64();
        var nonce = reader.UInt32();
        var count = reader.Count();
        if (reader.Failed || count > MaxPeers || label.Length > MaxTextLength || version.Length > MaxTextLength) return null;
        if (uptime is < 0 or > EntryRules.MaxUptimeMs || readyFor < -1 || readyFor > uptime) return null;
        if (lastSent > MaxSequence || ringStart > MaxSequence) return null;
        var peers = new PeerReport[count];
        for (var i = 0; i < count && !reader.Failed; i++)
            peers[i] = new PeerReport(new NodeId(reader.UInt128()), reader.Int64(), reader.UInt64(), reader.Bool());
        if (reader.Failed || Array.Exists(peers, static peer => peer.HeardAgoMs < 0 || peer.Received > MaxSequence)) return null;

        // Minor 0 ends here.
        var isAnswer = reader.Rest.Length > sizeof(long);
        var answers = isAnswer ? reader.Int64() : -1;
        var wantsAnswer = isAnswer && reader.Bool();
        return reader.Failed
            ? null
            : new HeartbeatMessage
            {
                Number = number,
                Label = label,
                Version = version,
                UptimeMs = uptime,
                ReadyForMs = readyFor,
                HasEcho = hasEcho,
                LastSent = lastSent,
                RingStart = ringStart,
                SnapshotNonce = nonce,
                Peers = peers,
                Answers = answers,
                WantsAnswer = wantsAnswer,
            };
    }
}

using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Protocol;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// A decoded entry. Which fields have a meaning depends on <see cref="Kind"/>. A kind of a newer minor decodes with only its kind
/// set; the caller skips it. Decoding never throws and never makes anything but these fields from what was sent.
/// </summary>
internal ref struct ClusterEntry
{
    public EntryKind Kind;
    public string AppId;

    /// <summary>The channel, or the user of entries about users.</summary>
    public string Name;

    /// <summary>The user of presence entries.</summary>
    public string UserId;

    /// <summary>The message, or the user info.</summary>
    public ReadOnlySpan<byte> Payload;

    public SocketId? Except;
    public bool IsRemembered;

    /// <summary>The hybrid clock's time of a last writer, or for <see cref="EntryKind.CloseUser"/> the sender's clock in milliseconds.</summary>
    public long Time;

    /// <summary>The writer of a <see cref="EntryKind.LastEvent"/>.</summary>
    public UInt128 Writer;

    public ulong IdempotencyKey;

    /// <summary>Where the trace of a traced event goes on, and when its publish began, in ticks of UTC on the sender's clock.</summary>
    public string? TraceParent;

    public long PublishedAt;
    public int Count;
    public ushort Code;
    public string Reason;
    public long TimeToLiveMs;

    /// <summary>Of what an <see cref="EntryKind.Told"/> or <see cref="EntryKind.Untold"/> is.</summary>
    public TransitionKind Transition;

    public bool IsOn;

    /// <summary>Of an <see cref="EntryKind.Told"/>: whether the sender passes on what it knows, rather than says what it told. Nodes of before do not write it.</summary>
    public bool IsHandOver;

    /// <summary>Whether the entry is about state that a snapshot carries too, rather than a message to hand out.</summary>
    public readonly bool IsState => Kind is EntryKind.Subscriptions or EntryKind.MemberPresent or EntryKind.MemberAbsent
        or EntryKind.UserOnline or EntryKind.UserOffline or EntryKind.Connections;

    /// <summary>Decodes an entry; false when the bytes are damaged, or say what cannot be (<see cref="EntryRules"/>).</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ClusterEntry entry)
    {
        var reader = new WireReader(bytes);
        entry = new ClusterEntry { Kind = (EntryKind)reader.Byte(), AppId = "", Name = "", UserId = "", Reason = "" };
        if (entry.Kind is < EntryKind.Event or > EntryKind.Untold) return !reader.Failed && entry.Kind != EntryKind.None;
        entry.AppId = reader.String();
        entry.Name = reader.String();
        switch (entry.Kind)
        {
            case EntryKind.Event:
            case EntryKind.UserEvent:
                var flags = reader.Byte();
                if ((flags & EventFlags.Except) != 0) entry.Except = new SocketId(reader.Int64(), reader.Int64());
                if (entry.IsRemembered = (flags & EventFlags.Remembered) != 0) entry.Time = reader.Int64();
                if ((flags & EventFlags.Idempotent) != 0) entry.IdempotencyKey = reader.UInt64();
                if ((flags & EventFlags.Traced) != 0) (entry.TraceParent, entry.PublishedAt) = (reader.String(), reader.Int64());
                entry.Payload = reader.Rest;
                break;
            case EntryKind.Subscriptions:
            case EntryKind.Connections:
                entry.Count = reader.Count();
                break;
            case EntryKind.MemberPresent:
                entry.UserId = reader.String();
                entry.Time = reader.Int64();
                entry.Payload = reader.Rest;
                break;
            case EntryKind.MemberAbsent:
                entry.UserId = reader.String();
                break;
            case EntryKind.CloseUser:
                entry.Time = reader.Int64();
                entry.Code = reader.UInt16();
                entry.Reason = reader.String();
                break;
            case EntryKind.LastEvent:
                entry.Time = reader.Int64();
                entry.Writer = reader.UInt128();
                entry.TimeToLiveMs = reader.Count();
                entry.Payload = reader.Rest;
                break;
            case EntryKind.Told:
            case EntryKind.Untold:
                entry.Transition = (TransitionKind)reader.Byte();
                entry.IsOn = reader.Byte() != 0;
                entry.UserId = reader.String();
                entry.IsHandOver = !reader.Rest.IsEmpty;
                break;
        }

        return !reader.Failed && EntryRules.AreKept(entry);
    }
}

using System.Diagnostics;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Server.Tracing;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>Encodes entries. The reading counterpart is <see cref="ClusterEntry"/>.</summary>
internal static class EntryWriter
{
    private const int StackBytes = 512;

    /// <summary>An event: <paramref name="json"/> is the message as subscribers get it; its trace, if it has one, goes on from <paramref name="bus"/>.</summary>
    public static StreamEntry Event(
        string appId, string channel, ReadOnlyMemory<byte> json, SocketId? except, WriteStamp? remembered, ulong idempotencyKey, Activity? bus = null)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.Event, appId, channel);
        writer.Byte((byte)(
            (except is null ? 0 : EventFlags.Except) | (remembered is null ? 0 : EventFlags.Remembered) |
            (idempotencyKey == 0 ? 0 : EventFlags.Idempotent) | (bus is null ? 0 : EventFlags.Traced)));
        WriteExcept(ref writer, except);
        if (remembered is { } stamp) writer.Int64(stamp.Time);
        if (idempotencyKey != 0) writer.UInt64(idempotencyKey);
        WriteTrace(ref writer, bus);
        return new StreamEntry(writer.ToArray(), json, Bus: bus);
    }

    public static StreamEntry Subscriptions(string appId, string channel, int count)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.Subscriptions, appId, channel);
        writer.Varint((ulong)count);
        return new StreamEntry(writer.ToArray(), default);
    }

    public static StreamEntry MemberPresent(string appId, string channel, string userId, ReadOnlyMemory<byte> info, WriteStamp stamp)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.MemberPresent, appId, channel);
        writer.String(userId);
        writer.Int64(stamp.Time);
        return new StreamEntry(writer.ToArray(), info);
    }

    public static StreamEntry MemberAbsent(string appId, string channel, string userId)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.MemberAbsent, appId, channel);
        writer.String(userId);
        return new StreamEntry(writer.ToArray(), default);
    }

    public static StreamEntry User(string appId, string userId, bool isOnline) =>
        new(Begin(stackalloc byte[StackBytes], isOnline ? EntryKind.UserOnline : EntryKind.UserOffline, appId, userId).ToArray(), default);

    /// <summary><paramref name="at"/> is when the command was given, on the sender's clock: receivers get its age from it.</summary>
    public static StreamEntry CloseUser(string appId, string userId, PusherError reason, long at)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.CloseUser, appId, userId);
        writer.Int64(at);
        writer.UInt16((ushort)reason.Code);
        writer.String(reason.Message);
        return new StreamEntry(writer.ToArray(), default);
    }

    public static StreamEntry UserEvent(string appId, string userId, ReadOnlyMemory<byte> json, SocketId? except, Activity? bus = null)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.UserEvent, appId, userId);
        writer.Byte((byte)((except is null ? 0 : EventFlags.Except) | (bus is null ? 0 : EventFlags.Traced)));
        WriteExcept(ref writer, except);
        WriteTrace(ref writer, bus);
        return new StreamEntry(writer.ToArray(), json, Bus: bus);
    }

    public static StreamEntry Connections(string appId, int count)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.Connections, appId, "");
        writer.Varint((ulong)count);
        return new StreamEntry(writer.ToArray(), default);
    }

    public static StreamEntry LastEvent(string appId, string channel, ReadOnlyMemory<byte> json, WriteStamp stamp, TimeSpan timeToLive)
    {
        var writer = Begin(stackalloc byte[StackBytes], EntryKind.LastEvent, appId, channel);
        writer.Int64(stamp.Time);
        writer.UInt128(stamp.Epoch);
        writer.Varint((ulong)Math.Max(0, timeToLive.TotalMilliseconds));
        return new StreamEntry(writer.ToArray(), json);
    }

    /// <summary><paramref name="kind"/> is <see cref="EntryKind.Told"/> or <see cref="EntryKind.Untold"/>.</summary>
    public static StreamEntry Outside(EntryKind kind, TransitionKey key, bool isOn, bool isHandOver = false)
    {
        var writer = Begin(stackalloc byte[StackBytes], kind, key.AppId, key.Channel);
        writer.Byte((byte)key.Kind);
        writer.Byte(isOn ? (byte)1 : (byte)0);
        writer.String(key.UserId);
        if (isHandOver) writer.Byte(1);
        return new StreamEntry(writer.ToArray(), default);
    }

    private static WireWriter Begin(Span<byte> buffer, EntryKind kind, string appId, string name)
    {
        var writer = new WireWriter(buffer);
        writer.Byte((byte)kind);
        writer.String(appId);
        writer.String(name);
        return writer;
    }

    private static void WriteTrace(ref WireWriter writer, Activity? bus)
    {
        if (bus is null) return;
        writer.String(bus.Id!);
        writer.Int64(BusTrace.PublishedAt(bus));
    }

    private static void WriteExcept(ref WireWriter writer, SocketId? except)
    {
        if (except is not { } id) return;
        writer.Int64(id.High);
        writer.Int64(id.Low);
    }
}

/// <summary>Which optional fields an event has.</summary>
internal static class EventFlags
{
    public const byte Except = 1;
    public const byte Remembered = 2;
    public const byte Idempotent = 4;
    public const byte Traced = 8;
}

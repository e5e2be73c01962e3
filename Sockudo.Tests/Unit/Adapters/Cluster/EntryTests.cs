using System.Diagnostics;
using System.Text;
using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Xunit;

namespace Sockudo.Tests.Unit.Adapters.Cluster;

public sealed class EntryTests
{
    private const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void An_event_keeps_all_its_fields()
    {
        using var bus = new Activity("bus").SetParentId(Trace).Start();
        var entry = Read(EntryWriter.Event("app", "chan", """{"é":1}"""u8.ToArray(), new SocketId(1, 2), new WriteStamp(77, 0), 99, bus));
        Assert.Equal((EntryKind.Event, "app", "chan", new SocketId(1, 2)), (entry.Kind, entry.AppId, entry.Name, entry.Except!.Value));
        Assert.Equal((true, 77L, 99UL), (entry.IsRemembered, entry.Time, entry.IdempotencyKey));
        Assert.Equal((bus.Id, bus.StartTimeUtc.Ticks), (entry.TraceParent, entry.PublishedAt));
        Assert.Equal("""{"é":1}""", Encoding.UTF8.GetString(entry.Payload));
    }

    [Fact]
    public void A_plain_event_has_none_of_the_optional_fields()
    {
        var entry = Read(EntryWriter.Event("app", "news", "{}"u8.ToArray(), null, null, 0));
        Assert.Equal((null, false, 0UL, null), (entry.Except, entry.IsRemembered, entry.IdempotencyKey, entry.TraceParent));
    }

    [Fact]
    public void Presence_keeps_user_info_of_any_json()
    {
        var info = """{"name":"Zoë \"Q\"","nested":{"a":[1,2,{"b":null}]}}"""u8.ToArray();
        var entry = Read(EntryWriter.MemberPresent("app", "presence-room", "ada", info, new WriteStamp(5, 0)));
        Assert.Equal(("ada", 5L), (entry.UserId, entry.Time));
        Assert.True(entry.Payload.SequenceEqual(info));
    }

    [Fact]
    public void A_terminate_keeps_its_reason_and_time()
    {
        var entry = Read(EntryWriter.CloseUser("app", "ada", new PusherError(ErrorCode.Unauthorized, "bye"), 1234));
        Assert.Equal(("ada", (ushort)ErrorCode.Unauthorized, "bye", 1234L), (entry.Name, entry.Code, entry.Reason, entry.Time));
    }

    [Fact]
    public void A_last_event_keeps_its_writer_and_time_to_live()
    {
        var entry = Read(EntryWriter.LastEvent("app", "cache-a", """{"event":"e"}"""u8.ToArray(), new WriteStamp(5, 6), TimeSpan.FromSeconds(90)));
        Assert.Equal((5L, (UInt128)6, 90_000L), (entry.Time, entry.Writer, entry.TimeToLiveMs));
    }

    [Fact]
    public void A_kind_of_a_newer_minor_is_skipped_and_fields_it_added_to_ours_too()
    {
        Assert.True(ClusterEntry.TryRead([200, 1, 2, 3], out var unknown));
        Assert.Equal((EntryKind)200, unknown.Kind);
        var longer = EntryWriter.Subscriptions("app", "news", 3).Head.Append((byte)9).ToArray();
        Assert.True(ClusterEntry.TryRead(longer, out var entry));
        Assert.Equal(3, entry.Count);
    }

    [Fact]
    public void Cut_damaged_and_random_entries_never_throw()
    {
        StreamEntry[] entries =
        [
            EntryWriter.Event("app", "news", "{}"u8.ToArray(), new SocketId(1, 2), new WriteStamp(1, 2), 3, new Activity("bus").SetParentId(Trace).Start()),
            EntryWriter.Subscriptions("app", "news", 70_000), EntryWriter.MemberPresent("app", "presence-a", "ada", "{}"u8.ToArray(), new WriteStamp(1, 2)),
            EntryWriter.MemberAbsent("app", "presence-a", "ada"), EntryWriter.User("app", "ada", true), EntryWriter.Connections("app", 12),
            EntryWriter.CloseUser("app", "ada", new PusherError(ErrorCode.Unauthorized, "bye"), 9), EntryWriter.UserEvent("app", "ada", "{}"u8.ToArray(), null),
            EntryWriter.LastEvent("app", "cache-a", """{"event":"e"}"""u8.ToArray(), new WriteStamp(5, 6), TimeSpan.FromSeconds(9)),
        ];
        var random = new Random(2);
        var failed = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var entry = entries[i % entries.Length];
            byte[] bytes = [.. entry.Head, .. entry.Payload.Span];
            if (i % 3 == 0) random.NextBytes(bytes);
            else bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (!ClusterEntry.TryRead(bytes.AsSpan(0, random.Next(bytes.Length + 1)), out _)) failed++;
        }

        Assert.InRange(failed, 1, 49_999);
    }

    [Fact]
    public void Damaged_batches_heartbeats_and_chunks_never_throw()
    {
        var writer = new WireWriter(default);
        Batch.Write(ref writer, 7, 100, [EntryWriter.Connections("app", 1), EntryWriter.User("app", "ada", true)]);
        var batchBytes = writer.ToArray();
        writer = new WireWriter(default);
        Heartbeat().Write(ref writer);
        var heartbeatBytes = writer.ToArray();
        var random = new Random(3);
        for (var i = 0; i < 50_000; i++)
        {
            var bytes = (i % 2 == 0 ? batchBytes : heartbeatBytes).ToArray();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var cut = bytes.AsSpan(0, random.Next(bytes.Length + 1));
            if (Batch.TryRead(new WireReader(cut), out var batch))
            {
                while (batch.TryNext(out _))
                {
                    // Whatever it holds, it ends.
                }
            }

            HeartbeatMessage.Read(cut);
            var reader = new WireReader(cut);
            SnapshotSource.TryReadChunk(ref reader, out _);
        }
    }

    [Fact]
    public void A_heartbeat_keeps_all_its_fields()
    {
        var writer = new WireWriter(default);
        Heartbeat().Write(ref writer);
        Assert.Equivalent(Heartbeat(), HeartbeatMessage.Read(writer.Written), strict: true);
    }

    [Fact]
    public void A_batch_gives_back_its_entries()
    {
        var writer = new WireWriter(stackalloc byte[16]);
        Batch.Write(ref writer, 7, 100, [EntryWriter.Connections("app", 1), EntryWriter.Event("app", "news", new byte[5000], null, null, 0)]);
        Assert.True(Batch.TryRead(new WireReader(writer.Written), out var batch));
        Assert.Equal((7UL, 8UL, 100L), (batch.First, batch.Last, batch.SentAt));
        Assert.True(batch.TryNext(out _));
        Assert.True(batch.TryNext(out var second));
        Assert.True(ClusterEntry.TryRead(second, out var entry));
        Assert.Equal(5000, entry.Payload.Length);
        Assert.False(batch.TryNext(out _));
    }

    private static ClusterEntry Read(StreamEntry entry)
    {
        byte[] bytes = [.. entry.Head, .. entry.Payload.Span];
        Assert.True(ClusterEntry.TryRead(bytes, out var read));
        return read;
    }

    private static HeartbeatMessage Heartbeat() => new()
    {
        Number = 1,
        Label = "web-1",
        Version = "0.1.0",
        UptimeMs = 3,
        ReadyForMs = 2,
        HasEcho = true,
        LastSent = 4,
        RingStart = 5,
        SnapshotNonce = 6,
        Peers = [new PeerReport(new NodeId(9), 10, 11, true), new PeerReport(new NodeId(12), 13, 14, false)],
    };
}

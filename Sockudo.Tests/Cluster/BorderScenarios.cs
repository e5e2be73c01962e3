using System.Text;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Channels;
using Sockudo.Server.Protocol;
using Sockudo.Tests.Cluster.Simulation;
using Xunit;

namespace Sockudo.Tests.Cluster;

/// <summary>What a broken or forged node says: each such entry is counted as garbage, changes nothing, and leaves no hole in the stream.</summary>
public sealed class BorderScenarios : ClusterScenario
{
    private const string App = "sim";
    private const string Room = "presence-room";
    private const string Message = """{"event":"sim","channel":"presence-room","data":"0.0"}""";

    // Its data may become anything.
    private const string Other = """{"event":"other","channel":"presence-room","data":"0.0"}""";

    private static readonly WriteStamp Stamp = new(1, 1);

    private static readonly Dictionary<string, Func<StreamEntry>> Bad = new()
    {
        ["event that is no UTF-8"] = () => Event([0xff, 0xfe, .. "{}"u8]),
        ["event with broken UTF-8 inside"] = () => Event([.. "{\"event\":\"a"u8, 0xc3, .. "\",\"data\":1}"u8]),
        ["event that is empty"] = () => Event([]),
        ["event that is cut off"] = () => Event("""{"event":"sim","data":"""),
        ["event of two values"] = () => Event(Message + "{}"),
        ["event that is no object"] = () => Event("[1]"),
        ["event of another shape"] = () => Event("""{"data":"x"}"""),
        ["event of a bad channel"] = () => EntryWriter.Event(App, "presence room", Bytes(Message), null, null, 0),
        ["event of no app"] = () => EntryWriter.Event("", Room, Bytes(Message), null, null, 0),
        ["event except an impossible socket"] = () => EntryWriter.Event(App, Room, Bytes(Message), new SocketId(-1, 5), null, 0),
        ["event written before 1970"] = () => EntryWriter.Event(App, "cache-a", Bytes(Message), null, new WriteStamp(-5, 1), 0),
        ["idempotent event that is broken"] = () => EntryWriter.Event(App, "nobody", Bytes("{"), null, null, 7),
        ["user event that is broken"] = () => EntryWriter.UserEvent(App, "u1", Bytes("{"), null),
        ["user event of nobody"] = () => EntryWriter.UserEvent(App, "", Bytes(Message), null),
        ["member with no info"] = () => EntryWriter.MemberPresent(App, Room, "mallory", default, Stamp),
        ["member with broken info"] = () => EntryWriter.MemberPresent(App, Room, "mallory", Bytes("{\"a\":"), Stamp),
        ["member with two infos"] = () => EntryWriter.MemberPresent(App, Room, "mallory", Bytes("1 2"), Stamp),
        ["member without an id"] = () => EntryWriter.MemberPresent(App, Room, "", Bytes("{}"), Stamp),
        ["member of a negative time"] = () => EntryWriter.MemberPresent(App, Room, "mallory", Bytes("{}"), new WriteStamp(long.MinValue, 1)),
        ["member of a bad channel"] = () => EntryWriter.MemberPresent(App, "presence-\u00e9", "mallory", Bytes("{}"), Stamp),
        ["absence without an id"] = () => EntryWriter.MemberAbsent(App, Room, ""),
        ["absurd count of subscriptions"] = () => EntryWriter.Subscriptions(App, Room, int.MaxValue),
        ["negative count of subscriptions"] = () => EntryWriter.Subscriptions(App, Room, -1),
        ["absurd count of sockets"] = () => EntryWriter.Connections(App, int.MaxValue),
        ["event with half a surrogate pair"] = () => Event("""{"event":"sim","channel":"presence-room","data":"\ud800"}"""),
        ["event nested too deep"] = () => Event("{\"event\":\"sim\",\"data\":" + new string('[', 64) + new string(']', 64) + "}"),
        ["user event of an id with a line end"] = () => EntryWriter.UserEvent(App, "u1\n", Bytes(Message), null),
        ["user online with a control character"] = () => EntryWriter.User(App, "u\u0085", isOnline: true),
        ["close of an id with a line end"] = () => EntryWriter.CloseUser(App, "u1\n", new PusherError(ErrorCode.Unauthorized, "x"), 1),
        ["member with a control character"] = () => EntryWriter.MemberPresent(App, Room, "a\u0007", Bytes("{}"), Stamp),
        ["told of a user with a line end"] = () => EntryWriter.Outside(EntryKind.Told, new TransitionKey(TransitionKind.User, App, "", "u\n"), isOn: true),
        ["user online without an id"] = () => EntryWriter.User(App, "", isOnline: true),
        ["close with an impossible code"] = () => EntryWriter.CloseUser(App, "u1", new PusherError((ErrorCode)1005, "x"), 1),
        ["close of a negative time"] = () => EntryWriter.CloseUser(App, "u1", new PusherError(ErrorCode.Unauthorized, "x"), long.MinValue),
        ["close said in the future"] = () => EntryWriter.CloseUser(App, "u1", new PusherError(ErrorCode.Unauthorized, "x"), 1_000_000_000),
        ["told of an unknown kind"] = () => EntryWriter.Outside(EntryKind.Told, new TransitionKey((TransitionKind)9, App, Room, "u1"), isOn: true),
        ["told of a bad channel"] = () => EntryWriter.Outside(EntryKind.Untold, new TransitionKey(TransitionKind.Channel, App, "a b", ""), isOn: true),
        ["an app id that is no UTF-8"] = () => new StreamEntry([(byte)EntryKind.Connections, 2, 0xff, 0xfe, 0, 1], default),
    };

    public static TheoryData<string> Names => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_counted_and_changes_nothing(string name)
    {
        var world = Settled(new SimWorld(2, 301));
        var client = Join(world, 1, Room, "eve");
        world.Do(world.Nodes[1], n => n.Adapter.SignIn(client.Connection, "u1"));
        world.Run(300);
        var (before, garbage) = (Digest(world), world.Nodes[1].Core.Counters.Garbage);

        Say(world, Bad[name]());

        world.Run(100);
        Assert.Equal(garbage + 1, world.Nodes[1].Core.Counters.Garbage);
        Assert.Equal(before, Digest(world));
        Assert.False(client.Connection.IsClosing);
        AssertWorks(world, client);
    }

    [Fact]
    public void A_stamp_of_the_far_future_does_not_win_for_ever()
    {
        var world = Settled(new SimWorld(2, 302));
        Join(world, 1, Room, "eve");
        var far = new WriteStamp(long.MaxValue, UInt128.MaxValue);
        Say(world, EntryWriter.MemberPresent(App, Room, "ada", Bytes("""{"v":"forged"}"""), far));
        Say(world, EntryWriter.Event(App, "cache-a", Bytes("""{"event":"forged","channel":"cache-a"}"""), null, far, 0));
        world.Run(100);
        Assert.Contains("forged", Info(world), StringComparison.Ordinal);

        world.Run(70_000);
        Join(world, 1, Room, "ada", """{"v":"new"}""");
        Publish(world, 1, "cache-a");

        Assert.Contains("new", Info(world), StringComparison.Ordinal);
        Assert.DoesNotContain("forged", Text(world.Nodes[1].Channels.CachedEvents.Find(world.App, "cache-a", out _)), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_node_says_clients_get_whole_messages_and_everything_goes_on()
    {
        var random = new Random(5);
        var world = Settled(new SimWorld(2, 303));
        var client = Join(world, 1, Room, "eve");
        world.Do(world.Nodes[1], n => client.Subscribe(n.Adapter, "news", null, world.Clock.Now));
        byte[][] valid =
        [
            Raw(Event(Other)), Raw(EntryWriter.Event(App, "news", Bytes(Other), new SocketId(1, 2), Stamp, 9)), Raw(EntryWriter.Subscriptions(App, Room, 3)),
            Raw(EntryWriter.MemberPresent(App, Room, "ada", Bytes("""{"name":"Ada"}"""), Stamp)), Raw(EntryWriter.MemberAbsent(App, Room, "ada")),
            Raw(EntryWriter.User(App, "u1", true)), Raw(EntryWriter.UserEvent(App, "u1", Bytes(Other), null)), Raw(EntryWriter.Connections(App, 5)),
            Raw(EntryWriter.CloseUser(App, "u2", new PusherError(ErrorCode.Unauthorized, "x"), 1)),
            Raw(EntryWriter.Outside(EntryKind.Told, new TransitionKey(TransitionKind.Member, App, Room, "ada"), true)),
        ];
        for (var i = 0; i < 3000; i++)
        {
            Say(world, new StreamEntry(Mutate(valid[random.Next(valid.Length)], random), default));
            if (i % 50 != 0) continue;
            world.Run(20);
            client.Read();
        }

        world.Run(1000);
        Assert.True(world.Nodes[1].Core.Counters.Garbage > 500, $"{world.Nodes[1].Core.Counters.Garbage}");
        Assert.All(world.Nodes[1].Adapter.Channels(world.App, ""), static channel => Assert.InRange(channel.SubscriptionCount, 0, int.MaxValue));
        AssertWorks(world, client);
    }

    [Fact]
    public void With_a_secret_every_changed_envelope_is_counted_and_changes_nothing()
    {
        var random = new Random(6);
        var world = Settled(new SimWorld(2, 304, static options => options.Secret = "correct horse"));
        var client = Join(world, 1, Room, "eve");
        List<byte[]> seen = [];
        world.Filter = (from, topic, bytes) =>
        {
            if (from.Index == 0 && world.Nodes[1].Topics.Contains(topic)) seen.Add(bytes);
            return true;
        };
        Join(world, 0, Room, "ada");
        Publish(world, 0, Room, 3);
        world.Run(1000);
        world.Filter = static (_, _, _) => true;
        var node = world.Nodes[1];
        var (before, counted) = (Digest(world), node.Core.Counters.Garbage + node.Core.Counters.Refused);
        for (var i = 0; i < 3000; i++) node.Core.Receive(Mutate(seen[random.Next(seen.Count)], random));
        Assert.Equal(counted + 3000, node.Core.Counters.Garbage + node.Core.Counters.Refused);
        Assert.Equal(before, Digest(world));
        Assert.Equal(3, Received(client, Room, world.Nodes[0]).Count);
    }

    private static StreamEntry Event(byte[] payload) => EntryWriter.Event(App, Room, payload, null, null, 0);

    private static StreamEntry Event(string payload) => Event(Bytes(payload));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(bytes ?? []);

    private static byte[] Raw(StreamEntry entry) => [.. entry.Head, .. entry.Payload.Span];

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = bytes.ToArray();
        var at = random.Next(mutated.Length);
        switch (random.Next(3))
        {
            case 0:
                mutated[at] ^= (byte)random.Next(1, 256);
                return mutated;
            case 1:
                return mutated[..at];
            default:
                return [.. mutated[..at], (byte)random.Next(256), .. mutated[at..]];
        }
    }

    private static void Say(SimWorld world, StreamEntry entry) => world.Do(world.Nodes[0], n => n.Streams[0].Append(entry, world.Clock.Now));

    private static string Info(SimWorld world) => Text(world.Nodes[1].Channels.Find(world.App, Room)!.MemberInfo("ada"));

    private static string Digest(SimWorld world)
    {
        var adapter = world.Nodes[1].Adapter;
        var channels = adapter.Channels(world.App, "").OrderBy(static channel => channel.Channel, StringComparer.Ordinal)
            .Select(channel => $"{channel.Channel}:{channel.SubscriptionCount}:{string.Join(',', adapter.Members(world.App, channel.Channel))}");
        return $"{adapter.ConnectionCount(world.App)} {world.Nodes[1].Users.Count} {string.Join(' ', channels)}";
    }

    private void AssertWorks(SimWorld world, SimClient client)
    {
        client.Read();
        var had = Received(client, Room, world.Nodes[0]).Count;
        var late = Join(world, 1, Room, "late");
        late.Read();
        Assert.Contains("late", late.Find(Room)!.Members);
        Publish(world, 0, Room);
        world.Run(100);
        client.Read();
        Assert.Equal(had + 1, Received(client, Room, world.Nodes[0]).Count);
        var link = world.Nodes[1].Core.Status().Nodes[0].Links[0];
        Assert.Equal((0UL, 0L), (link.Lag, link.Lost));
    }
}

using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>Messages in several frames, and frames that belong to none (RFC 6455 §5.4).</summary>
internal static class FragmentationCases
{
    private static readonly (string Name, Func<byte[][], Step> Send)[] Ways =
        [("in one packet", Send), ("frame by frame", SendFrameByFrame), ("byte by byte", SendByteByByte)];

    public static IEnumerable<ConformanceCase> All =>
    [
        new("5.1", "a ping in two fragments", Send(Wire.Frame(9, "pi"u8.ToArray(), fin: false), Wire.Continuation("ng"u8.ToArray())), Closed(1002)),
        new("5.2", "a pong in two fragments", Send(Wire.Frame(10, "po"u8.ToArray(), fin: false), Wire.Continuation("ng"u8.ToArray())), Closed(1002)),
        .. EachWay(3, "a text message in two fragments", static (id, send) =>
            [send([.. Halves(id)]), Echo(Wire.Message(id)), Open]),
        .. EachWay(6, "a text message in two fragments with a ping between", static (id, send) =>
            [send([Halves(id)[0], Wire.Ping("between"u8.ToArray()), Halves(id)[1]]), Pong("between"u8.ToArray()), Echo(Wire.Message(id)), Open]),
        .. EachWay(9, "a last continuation of nothing, then a message", static (id, send) =>
            [send([Wire.Continuation(Wire.Message(id)), Wire.Text(Wire.Message(id))]), Closed(1002)]),
        .. EachWay(12, "a continuation of nothing, then a message", static (id, send) =>
            [send([Wire.Continuation(Wire.Message(id), fin: false), Wire.Text(Wire.Message(id))]), Closed(1002)]),
        new("5.15", "a message in two fragments, a continuation of nothing, a message",
            Send([.. Halves("5.15"), Wire.Continuation("more"u8.ToArray(), fin: false), Wire.Text(Wire.Message("5.15"))]), Echo(Wire.Message("5.15")), Closed(1002)),
        new("5.16", "twice a continuation of nothing and a message in two fragments",
            Send([.. Twice([Wire.Continuation([], fin: false), .. Halves("5.16")])]), Closed(1002)),
        new("5.17", "twice a last continuation of nothing and a message in two fragments",
            Send([.. Twice([Wire.Continuation([]), .. Halves("5.17")])]), Closed(1002)),
        new("5.18", "two fragments that both begin a message", Send(Halves("5.18")[0], Wire.Text("more"u8.ToArray())), Closed(1002)),
        Paused("5.19", "a message in five fragments with pings, answered in the pause between", Send),
        Paused("5.20", "the same, frame by frame", SendFrameByFrame),
    ];

    private static IEnumerable<ConformanceCase> EachWay(int first, string title, Func<string, Func<byte[][], Step>, Step[]> steps) =>
        Ways.Select((way, i) => new ConformanceCase($"5.{first + i}", $"{title}, {way.Name}", steps($"5.{first + i}", way.Send)));

    private static ConformanceCase Paused(string id, string title, Func<byte[][], Step> send)
    {
        var message = Wire.Message(id, "fragment1fragment2fragment3fragment4fragment5");
        var fragments = Wire.Fragments(1, message, (message.Length + 4) / 5).ToArray();
        return new(
            id, title,
            send([fragments[0], fragments[1], Wire.Ping("first"u8.ToArray())]),
            Pong("first"u8.ToArray()),
            send([fragments[2], fragments[3], Wire.Ping("second"u8.ToArray()), fragments[4]]),
            Pong("second"u8.ToArray()),
            Echo(message),
            Open);
    }

    private static byte[][] Halves(string id)
    {
        var message = Wire.Message(id);
        return [.. Wire.Fragments(1, message, (message.Length + 1) / 2)];
    }

    private static IEnumerable<byte[]> Twice(byte[][] frames) => [.. frames, .. frames];
}

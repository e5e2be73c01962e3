using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>
/// Large messages in one frame, in fragments and in chops up to a limit of 16 MiB, and a thousand messages one after another, each
/// answered before the next. They need a server whose limits are <see cref="MaxPayloadKb"/>.
/// </summary>
internal static class LimitCases
{
    /// <summary>The largest message of the cases is exactly the server's limit. Unit: KiB.</summary>
    public const int MaxPayloadKb = 16 * 1024;

    private const int Kilo = 1024;
    private const int Mega = 1024 * 1024;
    private const int Roundtrips = 1000;

    // An empty message is refused, and more than these at once end the socket (docs/protocol.md, refusals).
    private const int EmptyRoundtrips = 100;

    private static readonly int[] Sizes = [64 * Kilo, 256 * Kilo, Mega, 4 * Mega, 8 * Mega, 16 * Mega];
    private static readonly int[] FragmentSizes = [64, 256, Kilo, 4 * Kilo, 16 * Kilo, 64 * Kilo, 256 * Kilo, Mega, 4 * Mega];
    private static readonly int[] ChopSizes = [64, 128, 256, 512, 1024, 2048];
    private static readonly int[] RoundtripSizes = [0, 16, 64, 256, 1024, 4096];

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Each("9.1", Sizes, static size => $"a text message of {size} bytes", static (id, size) => Whole(1, id, size)),
        .. Each("9.2", Sizes, static size => $"a binary message of {size} bytes", static (id, size) => Whole(2, id, size)),
        .. Each("9.3", FragmentSizes, static size => $"a text message of 4 MiB in fragments of {size}", static (id, size) => Fragmented(1, id, size)),
        .. Each("9.4", FragmentSizes, static size => $"a binary message of 4 MiB in fragments of {size}", static (id, size) => Fragmented(2, id, size)),
        .. Each("9.5", ChopSizes, static size => $"a text message of 1 MiB in chops of {size}", static (id, size) => Chopped(1, id, size)),
        .. Each("9.6", ChopSizes, static size => $"a binary message of 1 MiB in chops of {size}", static (id, size) => Chopped(2, id, size)),
        .. Each("9.7", RoundtripSizes, static size => $"{RoundtripsOf(size)} text messages of {size} bytes, one after another", static (id, size) => Roundtrip(1, id, size)),
        .. Each("9.8", RoundtripSizes, static size => $"{RoundtripsOf(size)} binary messages of {size} bytes, one after another", static (id, size) => Roundtrip(2, id, size)),
    ];

    // The bytes are made when a case runs: together they are more than a test process should hold.
    private static Step[] Whole(int opcode, string id, int size) =>
        [Late(() => Send(Wire.Frame(opcode, Wire.MessageOfLength(id, size)))), Late(() => Echo(Wire.MessageOfLength(id, size))), Open];

    private static Step[] Fragmented(int opcode, string id, int size) =>
    [
        Late(() => Send([.. Wire.Fragments(opcode, Wire.MessageOfLength(id, 4 * Mega), size)])),
        Late(() => Echo(Wire.MessageOfLength(id, 4 * Mega))), Open,
    ];

    private static Step[] Chopped(int opcode, string id, int size) =>
    [
        Late(() => SendInChops(size, Wire.Frame(opcode, Wire.MessageOfLength(id, Mega)))),
        Late(() => Echo(Wire.MessageOfLength(id, Mega))), Open,
    ];

    private static Step[] Roundtrip(int opcode, string id, int size)
    {
        // Too short for a client event: no message at all, and an event of a name that means nothing and is not answered.
        if (size == 0) return [Repeat(EmptyRoundtrips, Send(Wire.Frame(opcode, [])), NotUnderstood), Open];
        if (size == 16) return [Repeat(Roundtrips, Send(Wire.Frame(opcode, """{"event":"none"}"""u8.ToArray())), Open)];
        var message = Wire.MessageOfLength(id, size);
        return [Repeat(Roundtrips, Send(Wire.Frame(opcode, message)), Echo(message)), Open];
    }

    private static int RoundtripsOf(int size) => size == 0 ? EmptyRoundtrips : Roundtrips;

    private static Step Late(Func<Step> make) => run => make()(run);

    private static IEnumerable<ConformanceCase> Each(string group, int[] values, Func<int, string> title, Func<string, int, Step[]> steps) =>
        values.Select((value, i) => new ConformanceCase($"{group}.{i + 1}", title(value), steps($"{group}.{i + 1}", value)));
}

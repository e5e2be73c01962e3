using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>Opcodes without a meaning, of data frames (3-7) and control frames (11-15) (RFC 6455 §5.2).</summary>
internal static class OpcodeCases
{
    public static IEnumerable<ConformanceCase> All => [.. Of("4.1", 3), .. Of("4.2", 11)];

    private static IEnumerable<ConformanceCase> Of(string group, int first) =>
    [
        new($"{group}.1", $"opcode {first} without payload", Send(Wire.Frame(first, [])), Closed(1002)),
        new($"{group}.2", $"opcode {first + 1} with payload", Send(Wire.Frame(first + 1, Wire.Message($"{group}.2"))), Closed(1002)),
        Between($"{group}.3", $"opcode {first + 2} without payload between a message and a ping", Send, first + 2, []),
        Between($"{group}.4", $"opcode {first + 3} with payload between a message and a ping", Send, first + 3, Wire.Message($"{group}.4")),
        Between($"{group}.5", $"opcode {first + 4} with payload the same way, byte by byte", SendByteByByte, first + 4, Wire.Message($"{group}.5")),
    ];

    private static ConformanceCase Between(string id, string title, Func<byte[][], Step> send, int opcode, byte[] payload) =>
        new(id, title, send([Wire.Text(Wire.Message(id)), Wire.Frame(opcode, payload), Wire.Ping([])]), Echo(Wire.Message(id)), Closed(1002));
}

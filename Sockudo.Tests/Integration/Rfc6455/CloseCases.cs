using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>The closing handshake: what stands behind a close frame, its payload, its codes (RFC 6455 §5.5.1, §7.1 and §7.4).</summary>
internal static class CloseCases
{
    private static readonly int[] Valid = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];
    private static readonly int[] Invalid = [0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999];
    private static readonly int[] Beyond = [5000, 65535];

    public static IEnumerable<ConformanceCase> All =>
    [
        new("7.1.1", "a message, then a close", Send(Wire.Text(Wire.Message("7.1.1")), Wire.Close(1000)), Echo(Wire.Message("7.1.1")), Closed(1000)),
        new("7.1.2", "two closes", Send(Wire.Close(1000), Wire.Close(1001)), Closed(1000)),
        new("7.1.3", "a close, then a ping", Send(Wire.Close(1000), Wire.Ping([])), Closed(1000)),
        new("7.1.4", "a close, then a message", Send(Wire.Close(1000), Wire.Text(Wire.Message("7.1.4"))), Closed(1000)),
        new("7.1.5", "a close between two fragments",
            Send(Wire.Text(Wire.Message("7.1.5")[..9], fin: false), Wire.Close(1000), Wire.Continuation(Wire.Message("7.1.5")[9..])), Closed(1000)),
        new("7.1.6", "a message of 64 KiB, a close, a ping",
            Send(Wire.Text(Wire.MessageOfLength("7.1.6", 65536)), Wire.Close(1000), Wire.Ping([])), Echo(Wire.MessageOfLength("7.1.6", 65536)), Closed(1000)),
        new("7.3.1", "a close without payload", Send(Wire.Frame(8, [])), Closed(1000)),
        new("7.3.2", "a close of one byte", Send(Wire.Frame(8, [3])), Closed(1002)),
        new("7.3.3", "a close with a code", Send(Wire.Close(1000)), Closed(1000)),
        new("7.3.4", "a close with a code and a reason", Send(Wire.Close(1000, "Hello, world!")), Closed(1000)),
        new("7.3.5", "a close with a reason of 123 bytes", Send(Wire.Close(1000, new string('*', 123))), Closed(1000)),
        new("7.3.6", "a close with a reason of 124 bytes", Send(Wire.Close(1000, new string('*', 124))), Closed(1002)),
        new("7.5.1", "a close whose reason is no UTF-8", Send(Wire.Close(1000, Utf8Samples.KosmeWithSurrogate)), Closed(1007)),
        .. Codes("7.7", Valid, static code => code),
        .. Codes("7.9", Invalid, static _ => 1002),
        .. Codes("7.13", Beyond, static _ => 1002),
    ];

    private static IEnumerable<ConformanceCase> Codes(string group, int[] codes, Func<int, int> answer) =>
        codes.Select((code, i) => new ConformanceCase($"{group}.{i + 1}", $"a close with the code {code}", Send(Wire.Close(code)), Closed(answer(code))));
}

using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>Reserved bits without an extension that gives them a meaning (RFC 6455 §5.2).</summary>
internal static class ReservedBitCases
{
    private static readonly byte[] Ping = Wire.Ping("never answered"u8.ToArray());

    public static IEnumerable<ConformanceCase> All =>
    [
        new("3.1", "RSV=1 on a text message", Send(Wire.Text(Wire.Message("3.1"), rsv: 1)), Closed(1002)),
        Between("3.2", "RSV=2 on a text message between another and a ping", Send, Wire.Text(Wire.Message("3.2"), rsv: 2)),
        Between("3.3", "RSV=3 the same way, frame by frame", SendFrameByFrame, Wire.Text(Wire.Message("3.3"), rsv: 3)),
        Between("3.4", "RSV=4 the same way, byte by byte", SendByteByByte, Wire.Text(Wire.Message("3.4"), rsv: 4)),
        new("3.5", "RSV=5 on a binary message", Send(Wire.Binary(Wire.Message("3.5"), rsv: 5)), Closed(1002)),
        new("3.6", "RSV=6 on a ping", Send(Wire.Frame(9, "ping"u8.ToArray(), rsv: 6)), Closed(1002)),
        new("3.7", "RSV=7 on a close", Send(Wire.Frame(8, [0x03, 0xE8], rsv: 7)), Closed(1002)),
    ];

    private static ConformanceCase Between(string id, string title, Func<byte[][], Step> send, byte[] odd) =>
        new(id, title, send([Wire.Text(Wire.Message(id)), odd, Ping]), Echo(Wire.Message(id)), Closed(1002));
}

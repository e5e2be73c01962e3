using System.Text;
using static Sockudo.Tests.Integration.Rfc6455.Steps;

namespace Sockudo.Tests.Integration.Rfc6455;

/// <summary>Native pings and pongs (RFC 6455 §5.5.2 and §5.5.3).</summary>
internal static class PingCases
{
    private static readonly byte[] NotText = [0x00, 0xFF, 0xFE, 0xFD, 0xFC, 0xFB, 0x00, 0xFF];
    private static readonly byte[] Longest = [.. Enumerable.Repeat((byte)0xFE, 125)];
    private static readonly byte[][] Ten = [.. Enumerable.Range(0, 10).Select(static i => Encoding.ASCII.GetBytes($"payload-{i}"))];

    public static IEnumerable<ConformanceCase> All =>
    [
        new("2.1", "a ping without payload", Send(Wire.Ping([])), Pong([]), Open),
        new("2.2", "a ping with text", Send(Wire.Ping("Hello, world!"u8.ToArray())), Pong("Hello, world!"u8.ToArray()), Open),
        new("2.3", "a ping whose payload is no text", Send(Wire.Ping(NotText)), Pong(NotText), Open),
        new("2.4", "a ping of 125 bytes", Send(Wire.Ping(Longest)), Pong(Longest), Open),
        new("2.5", "a ping of 126 bytes", Send(Wire.Ping([.. Longest, 0xFE])), Closed(1002)),
        new("2.6", "a ping of 125 bytes, byte by byte", SendByteByByte(Wire.Ping(Longest)), Pong(Longest), Open),
        new("2.7", "a pong nobody asked for, without payload", Send(Wire.Pong([])), Open),
        new("2.8", "a pong nobody asked for, with payload", Send(Wire.Pong("unsolicited"u8.ToArray())), Open),
        new("2.9", "a pong nobody asked for, then a ping", Send(Wire.Pong("unsolicited"u8.ToArray()), Wire.Ping("ping"u8.ToArray())), Pong("ping"u8.ToArray()), Open),
        new("2.10", "ten pings in one packet", [Send([.. Ten.Select(Wire.Ping)]), .. Ten.Select(Pong), Open]),
        new("2.11", "ten pings, byte by byte", [SendByteByByte([.. Ten.Select(Wire.Ping)]), .. Ten.Select(Pong), Open]),
    ];
}

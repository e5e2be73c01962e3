using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Transport;

/// <summary>What a reader of frames has to find, told the long way: the whole input at once, no state between reads (RFC 6455 §5).</summary>
internal static class ReferenceFrameParser
{
    /// <summary>The events in the order found; an error is the last and holds its code.</summary>
    public static List<(FrameEvent Event, byte[] Payload, int Code)> Parse(byte[] bytes, int maxMessage, int maxFrame)
    {
        var events = new List<(FrameEvent, byte[], int)>();
        var message = new List<byte>();
        var inMessage = false;
        var isText = false;
        var at = 0;
        while (bytes.Length - at >= 2)
        {
            var (first, second) = (bytes[at], bytes[at + 1]);
            var opcode = first & 15;
            var final = (first & 0x80) != 0;
            var isControl = opcode >= 8;
            if ((first & 0x70) != 0 || opcode is (> 2 and < 8) or > 10 || (second & 0x80) == 0) return Fail(1002);
            if (isControl && (!final || (second & 0x7F) > 125)) return Fail(1002);
            if (!isControl && (opcode == 0) != inMessage) return Fail(1002);
            var header = (second & 0x7F) switch { 126 => 8, 127 => 14, _ => 6 };
            if (bytes.Length - at < header) break;
            var length = header switch
            {
                8 => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at + 2)),
                14 => BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(at + 2)),
                _ => (ulong)(second & 0x7F),
            };
            if (length > long.MaxValue) return Fail(1002);
            if (!isControl && (length > (ulong)maxFrame || length + (ulong)message.Count > (ulong)maxMessage)) return Fail(1009);
            if (opcode is 1 or 2) isText = opcode == 1;
            var available = (int)Math.Min((ulong)(bytes.Length - at - header), length);
            var payload = new byte[available];
            for (var i = 0; i < available; i++) payload[i] = (byte)(bytes[at + header + i] ^ bytes[at + header - 4 + (i & 3)]);
            if (!isControl)
            {
                message.AddRange(payload);
                if (isText && !CouldBeUtf8(CollectionsMarshal.AsSpan(message), (ulong)available == length && final)) return Fail(1007);
            }

            if ((ulong)available < length) break;
            at += header + available;
            if (isControl)
            {
                if (opcode == 8 && CloseDefect(payload) is { } code) return Fail(code);
                events.Add((opcode switch { 8 => FrameEvent.Close, 9 => FrameEvent.Ping, _ => FrameEvent.Pong }, payload, 0));
                continue;
            }

            inMessage = !final;
            if (!final) continue;
            events.Add((FrameEvent.Message, [.. message], 0));
            message.Clear();
        }

        return events;

        List<(FrameEvent, byte[], int)> Fail(int code)
        {
            events.Add((FrameEvent.Error, [], code));
            return events;
        }
    }

    /// <summary>Whether some text in UTF-8 begins with these bytes, or is them when they are complete (Unicode, table 3-7).</summary>
    public static bool CouldBeUtf8(ReadOnlySpan<byte> bytes, bool isComplete)
    {
        while (!bytes.IsEmpty)
        {
            var first = bytes[0];
            var length = first switch { < 0x80 => 1, >= 0xC2 and < 0xE0 => 2, >= 0xE0 and < 0xF0 => 3, >= 0xF0 and < 0xF5 => 4, _ => 0 };
            if (length == 0) return false;
            for (var i = 1; i < length; i++)
            {
                if (i == bytes.Length) return !isComplete;
                var low = (i, first) switch { (1, 0xE0) => 0xA0, (1, 0xF0) => 0x90, _ => 0x80 };
                var high = (i, first) switch { (1, 0xED) => 0x9F, (1, 0xF4) => 0x8F, _ => 0xBF };
                if (bytes[i] < low || bytes[i] > high) return false;
            }

            bytes = bytes[length..];
        }

        return true;
    }

    private static int? CloseDefect(byte[] payload)
    {
        if (payload.Length == 0) return null;
        if (payload.Length == 1) return 1002;
        var code = (payload[0] << 8) | payload[1];
        if (code is < 1000 or (> 1003 and < 1007) or (> 1014 and < 3000) or > 4999) return 1002;
        return CouldBeUtf8(payload.AsSpan(2), isComplete: true) ? null : 1007;
    }
}

using System.Buffers.Binary;
using System.Text;
using Sockudo.Server.Transport;

namespace Sockudo.Tests.Unit.Harness;

/// <summary>One frame as a server sent it.</summary>
internal sealed record WireFrame(Opcode Opcode, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public ushort CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string CloseReason => Encoding.UTF8.GetString(Payload.AsSpan(2));
}

/// <summary>WebSocket bytes made and read as a client does, independently of the code under test (RFC 6455 §5.2).</summary>
internal static class Wire
{
    /// <summary>A client's frame; the oddities let it break the rules.</summary>
    public static byte[] Client(Opcode opcode, ReadOnlySpan<byte> payload, bool final = true, uint mask = 0x1234_5678, int reserved = 0, bool masked = true)
    {
        var frame = new List<byte>(payload.Length + 14) { (byte)((final ? 0x80 : 0) | (reserved << 4) | (byte)opcode) };
        var maskBit = masked ? 0x80 : 0;
        Span<byte> length = stackalloc byte[8];
        if (payload.Length < 126) frame.Add((byte)(maskBit | payload.Length));
        else if (payload.Length <= ushort.MaxValue)
        {
            frame.Add((byte)(maskBit | 126));
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.AddRange(length[..2]);
        }
        else
        {
            frame.Add((byte)(maskBit | 127));
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            frame.AddRange(length);
        }

        Span<byte> key = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(key, mask);
        if (masked) frame.AddRange(key);
        for (var i = 0; i < payload.Length; i++) frame.Add(masked ? (byte)(payload[i] ^ key[i & 3]) : payload[i]);
        return [.. frame];
    }

    public static byte[] Client(string text) => Client(Opcode.Text, Encoding.UTF8.GetBytes(text));

    public static byte[] ClientClose(ushort code, string reason = "")
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Encoding.UTF8.GetBytes(reason, payload.AsSpan(2));
        return Client(Opcode.Close, payload);
    }

    /// <summary>Splits what a server sent into its frames; anything a server must not send, or a cut frame, fails.</summary>
    public static List<WireFrame> Server(ReadOnlySpan<byte> bytes, bool allowCutEnd = false)
    {
        var frames = new List<WireFrame>();
        while (!bytes.IsEmpty)
        {
            if (allowCutEnd && bytes.Length < 2) break;
            if ((bytes[0] & 0xF0) != 0x80) throw new InvalidDataException($"first byte {bytes[0]:x2} is not that of an unfragmented frame");
            long length = bytes[1];
            var at = 2;
            if (length == 126)
            {
                length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
                at = 4;
            }
            else if (length == 127)
            {
                length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
                at = 10;
            }
            else if (length > 127) throw new InvalidDataException("a server's frame is masked");

            if (bytes.Length < at + length)
            {
                if (allowCutEnd) break;
                throw new InvalidDataException("the last frame is cut");
            }

            frames.Add(new WireFrame((Opcode)(bytes[0] & 0x0F), bytes.Slice(at, (int)length).ToArray()));
            bytes = bytes[(at + (int)length)..];
        }

        return frames;
    }
}

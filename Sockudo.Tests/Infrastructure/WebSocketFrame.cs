using System.Buffers.Binary;
using System.Text;

namespace Sockudo.Tests.Infrastructure;

/// <summary>Opcodes of RFC 6455 §5.2, and reserved ones by cast.</summary>
public enum FrameOpcode
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// <summary>One frame as it was on the wire, payload unmasked.</summary>
public sealed record WebSocketFrame(FrameOpcode Opcode, byte[] Payload, bool Fin = true, bool Masked = false, int Rsv = 0)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>The close code (RFC 6455 §5.5.1); 1005 when the frame has none.</summary>
    public int CloseCode => Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : 1005;

    /// <summary>The close reason; empty when the frame has none.</summary>
    public string CloseReason => Payload.Length > 2 ? Encoding.UTF8.GetString(Payload, 2, Payload.Length - 2) : "";

    /// <summary>The frame's bytes; a masked one gets the fixed key 01 02 03 04, which no peer may care about.</summary>
    public byte[] ToBytes()
    {
        var length = Payload.Length;
        var lengthBytes = length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8;
        var headerLength = 2 + lengthBytes + (Masked ? 4 : 0);
        var bytes = new byte[headerLength + length];
        bytes[0] = (byte)((Fin ? 0x80 : 0) | (Rsv << 4) | (int)Opcode);
        bytes[1] = (byte)((Masked ? 0x80 : 0) | (lengthBytes switch { 0 => length, 2 => 126, _ => 127 }));
        if (lengthBytes == 2)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)length);
        else if (lengthBytes == 8)
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(2), (ulong)length);

        Payload.CopyTo(bytes, headerLength);
        if (Masked)
        {
            byte[] key = [1, 2, 3, 4];
            key.CopyTo(bytes, headerLength - 4);
            for (var i = 0; i < length; i++)
                bytes[headerLength + i] ^= key[i % 4];
        }

        return bytes;
    }

    public override string ToString() => Opcode switch
    {
        FrameOpcode.Text => Text,
        FrameOpcode.Close => $"close {CloseCode} {CloseReason}",
        _ => $"{Opcode} of {Payload.Length} bytes",
    };
}

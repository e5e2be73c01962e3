using System.Buffers.Binary;
using System.Text;

namespace Sockudo.Server.Transport;

/// <summary>
/// Frames as a server sends them: unmasked, final, never fragmented (RFC 6455 §5.1). A frame is one exact byte array that any
/// number of connections share; nobody writes to it after it was made.
/// </summary>
internal static class ServerFrame
{
    /// <summary>The longest header of an unmasked frame.</summary>
    public const int MaxHeaderLength = 10;

    private const int MaxControlPayload = 125;

    /// <summary>The header's length for a payload of this many bytes.</summary>
    public static int HeaderLength(int payloadLength) => payloadLength switch
    {
        < 126 => 2,
        <= ushort.MaxValue => 4,
        _ => 10,
    };

    /// <summary>Writes the header into <paramref name="destination"/>, which is exactly <see cref="HeaderLength"/> long.</summary>
    public static void WriteHeader(Span<byte> destination, Opcode opcode, int payloadLength)
    {
        destination[0] = (byte)(0x80 | (byte)opcode);
        switch (destination.Length)
        {
            case 2:
                destination[1] = (byte)payloadLength;
                break;
            case 4:
                destination[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)payloadLength);
                break;
            default:
                destination[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)payloadLength);
                break;
        }
    }

    /// <summary>A whole frame around a payload.</summary>
    public static byte[] Create(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        var frame = Allocate(opcode, payload.Length, out var rest);
        payload.CopyTo(rest);
        return frame;
    }

    /// <summary>A frame whose payload is still to be written, all of it, before anybody sees the frame.</summary>
    public static byte[] Allocate(Opcode opcode, int payloadLength, out Span<byte> payload)
    {
        var header = HeaderLength(payloadLength);
        var frame = GC.AllocateUninitializedArray<byte>(header + payloadLength);
        WriteHeader(frame.AsSpan(0, header), opcode, payloadLength);
        payload = frame.AsSpan(header);
        return frame;
    }

    /// <summary>The payload within a frame that <see cref="Create"/> or the protocol writer made.</summary>
    public static ReadOnlyMemory<byte> Payload(byte[] frame) => frame.AsMemory(frame[1] switch { 127 => 10, 126 => 4, _ => 2 });

    /// <summary>A close frame; the reason is cut at a character boundary to the 123 bytes a control frame leaves for it (RFC 6455 §5.5).</summary>
    public static byte[] Close(ushort code, string reason)
    {
        Span<byte> payload = stackalloc byte[MaxControlPayload];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Encoding.UTF8.GetEncoder().Convert(reason, payload[2..], flush: true, out _, out var written, out _);
        return Create(Opcode.Close, payload[..(2 + written)]);
    }
}

using System.Buffers.Binary;

namespace Sockudo.LoadTest.Clients;

/// <summary>Frames of RFC 6455 as a client writes and reads them. Owned by the one thread of the program: one scratch buffer.</summary>
internal sealed class ClientFrames
{
    public const int Text = 1;
    public const int Close = 8;
    public const int Ping = 9;
    public const int Pong = 10;

    private static ReadOnlySpan<byte> Mask => [0x5a, 0x13, 0xc7, 0x2e];

    private byte[] _scratch = new byte[4096];

    /// <summary>A masked frame; valid until the next call.</summary>
    public ReadOnlySpan<byte> Write(int opcode, ReadOnlySpan<byte> payload)
    {
        if (_scratch.Length < payload.Length + 14) _scratch = new byte[payload.Length + 14];
        _scratch[0] = (byte)(0x80 | opcode);
        var at = 2;
        if (payload.Length < 126) _scratch[1] = (byte)(0x80 | payload.Length);
        else if (payload.Length < 65536)
        {
            _scratch[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(_scratch.AsSpan(2), (ushort)payload.Length);
            at = 4;
        }
        else
        {
            _scratch[1] = 0x80 | 127;
            BinaryPrimitives.WriteUInt64BigEndian(_scratch.AsSpan(2), (ulong)payload.Length);
            at = 10;
        }

        Mask.CopyTo(_scratch.AsSpan(at));
        at += 4;
        for (var i = 0; i < payload.Length; i++) _scratch[at + i] = (byte)(payload[i] ^ Mask[i & 3]);
        return _scratch.AsSpan(0, at + payload.Length);
    }

    /// <summary>Takes a whole frame off the front of <paramref name="bytes"/>; false when there is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out int opcode, out ReadOnlySpan<byte> payload, out int consumed)
    {
        opcode = consumed = 0;
        payload = default;
        if (bytes.Length < 2) return false;
        long length = bytes[1] & 127;
        var header = 2;
        if (length == 126)
        {
            header = 4;
            if (bytes.Length < header) return false;
            length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        }
        else if (length == 127)
        {
            header = 10;
            if (bytes.Length < header) return false;
            length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        }

        if (bytes.Length - header < length) return false;
        opcode = bytes[0] & 15;
        payload = bytes.Slice(header, (int)length);
        consumed = header + (int)length;
        return true;
    }
}

using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// Reads the fields of an envelope or an entry. Whatever the bytes are it never throws: once something did not fit,
/// <see cref="Failed"/> is set and everything read is zero or empty.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether the bytes were not what was asked for.</summary>
    public bool Failed { get; private set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public bool Bool() => Byte() != 0;

    public ushort UInt16() => Take(2) is { Length: 2 } field ? BinaryPrimitives.ReadUInt16LittleEndian(field) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } field ? BinaryPrimitives.ReadUInt32LittleEndian(field) : 0;

    public ulong UInt64() => Take(8) is { Length: 8 } field ? BinaryPrimitives.ReadUInt64LittleEndian(field) : 0;

    public long Int64() => Take(8) is { Length: 8 } field ? BinaryPrimitives.ReadInt64LittleEndian(field) : 0;

    public UInt128 UInt128() => Take(16) is { Length: 16 } field ? BinaryPrimitives.ReadUInt128LittleEndian(field) : System.UInt128.Zero;

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return Failed ? 0 : value;
        }

        Failed = true;
        return 0;
    }

    /// <summary>A varint that is to fit a count or a length of this process.</summary>
    public int Count()
    {
        var value = Varint();
        if (value <= int.MaxValue) return (int)value;
        Failed = true;
        return 0;
    }

    public string String()
    {
        var length = Count();
        var bytes = Take(length);
        if (!Utf8.IsValid(bytes)) Failed = true;
        return Failed ? "" : Encoding.UTF8.GetString(bytes);
    }

    /// <summary>This many bytes.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || count < 0 || count > _rest.Length)
        {
            Failed = true;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

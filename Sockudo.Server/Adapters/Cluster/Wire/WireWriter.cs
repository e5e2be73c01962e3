using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>Writes the fields of an envelope or an entry, little-endian, into a buffer that grows. Not thread-safe.</summary>
internal ref struct WireWriter(Span<byte> initial)
{
    private Span<byte> _buffer = initial;

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    public void Byte(byte value) => Take(1)[0] = value;

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void UInt128(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Take(16), value);

    /// <summary>A non-negative number in as few bytes as it needs.</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    /// <summary>A text: its length in bytes, then UTF-8.</summary>
    public void String(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(value, Take(length));
    }

    /// <summary>Bytes without their length.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Leaves room for bytes that are written later, by <see cref="Patch(int, ReadOnlySpan{byte})"/>.</summary>
    public void Skip(int count) => Take(count).Clear();

    /// <summary>Overwrites bytes written before.</summary>
    public readonly void Patch(int at, scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(_buffer[at..Length]);

    /// <summary>Overwrites one byte written before.</summary>
    public readonly void Patch(int at, byte value) => _buffer[at] = value;

    /// <summary>Overwrites four bytes written before.</summary>
    public readonly void PatchUInt32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_buffer[at..], value);

    /// <summary>An exact copy.</summary>
    public readonly byte[] ToArray() => Written.ToArray();

    private Span<byte> Take(int count)
    {
        var end = Length + count;
        if (end > _buffer.Length)
        {
            var grown = GC.AllocateUninitializedArray<byte>((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(256, end)));
            Written.CopyTo(grown);
            _buffer = grown;
        }

        var taken = _buffer.Slice(Length, count);
        Length = end;
        return taken;
    }
}

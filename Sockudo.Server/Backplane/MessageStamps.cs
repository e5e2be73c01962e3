using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sockudo.Server.Backplane;

/// <summary>
/// Numbers what one connection publishes. While a Redis Cluster changes, the library may for a moment be subscribed on two nodes, and
/// each message then comes twice; the numbers are how <see cref="SeenStamps"/> keeps "at most once". Used by one publisher at a time.
/// </summary>
internal sealed class MessageStamps
{
    /// <summary>Bytes in front of each message: who published it, and its number.</summary>
    public const int Length = 16;

    private readonly ulong _publisher = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private ulong _last;

    /// <summary>The message behind its stamp.</summary>
    public ReadOnlyMemory<byte> Stamp(ReadOnlyMemory<byte> message)
    {
        var stamped = GC.AllocateUninitializedArray<byte>(Length + message.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(stamped, _publisher);
        BinaryPrimitives.WriteUInt64LittleEndian(stamped.AsSpan(sizeof(ulong)), ++_last);
        message.CopyTo(stamped.AsMemory(Length));
        return stamped;
    }
}

using System.Globalization;
using System.Security.Cryptography;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>A node on the bus: a random 128-bit number made at its start (its epoch). A restarted process is another node.</summary>
internal readonly record struct NodeId(UInt128 Value) : IComparable<NodeId>
{
    /// <summary>A new one.</summary>
    public static NodeId New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new NodeId(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes));
    }

    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x32", CultureInfo.InvariantCulture);
}

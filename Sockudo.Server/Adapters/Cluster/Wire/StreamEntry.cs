namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// One encoded entry: its fields, then a payload that is shared with whoever else holds it. <c>At</c> is when it was appended, on
/// the node's own clock in milliseconds. Immutable.
/// </summary>
internal readonly record struct StreamEntry(byte[] Head, ReadOnlyMemory<byte> Payload, long At = 0)
{
    /// <summary>What the entry costs in a message.</summary>
    public int Length => Head.Length + Payload.Length;
}

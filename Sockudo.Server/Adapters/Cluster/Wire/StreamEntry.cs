using System.Diagnostics;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>
/// One encoded entry: its fields, then a payload that is shared with whoever else holds it. <c>At</c> is when it was appended, on
/// the node's own clock in milliseconds; <c>Bus</c> the span that ends when the broker has it, null when it is not traced. Immutable.
/// </summary>
internal readonly record struct StreamEntry(byte[] Head, ReadOnlyMemory<byte> Payload, long At = 0, Activity? Bus = null)
{
    private static readonly byte[] LostHead = [(byte)EntryKind.Lost];

    /// <summary>Whether the entry only holds the place of one that could not be sent.</summary>
    public bool IsLost => ReferenceEquals(Head, LostHead);

    /// <summary>What stands in the stream where an entry was that can never be sent: receivers get past it and count one lost.</summary>
    public static StreamEntry Lost(long at) => new(LostHead, default, at);

    /// <summary>What the entry costs in a message.</summary>
    public int Length => Head.Length + Payload.Length;
}

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Sockudo.Server.Adapters.Cluster.Wire;

namespace Sockudo.Server.Adapters.Cluster.Membership;

/// <summary>
/// Which node tells the outside of a channel's transitions: the one with the greatest hash of channel and node (rendezvous
/// hashing), so that a node that comes or goes moves only the channels it wins or had. The same on every node that sees the same
/// nodes, in every process.
/// </summary>
internal static class Rendezvous
{
    /// <summary>The owner among nodes; null when there are none.</summary>
    public static NodeId? Owner(IReadOnlyList<NodeId> nodes, string appId, string channel)
    {
        if (nodes.Count == 0) return null;
        var key = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{appId}\n{channel}"));
        Span<byte> input = stackalloc byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(input, key);
        NodeId? best = null;
        ulong bestWeight = 0;
        foreach (var node in nodes)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(input[8..], node.Value);
            var weight = XxHash3.HashToUInt64(input);
            if (best is { } chosen && (weight < bestWeight || (weight == bestWeight && node.CompareTo(chosen) < 0))) continue;
            best = node;
            bestWeight = weight;
        }

        return best;
    }
}

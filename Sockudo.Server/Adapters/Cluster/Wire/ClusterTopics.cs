using System.Globalization;

namespace Sockudo.Server.Adapters.Cluster.Wire;

/// <summary>The topics of a cluster: one a partition that every node hears, one a node.</summary>
internal sealed class ClusterTopics(string prefix)
{
    public string Stream(int partition) => string.Create(CultureInfo.InvariantCulture, $"{prefix}stream-{partition}");

    public string Node(NodeId node) => $"{prefix}node-{node}";
}

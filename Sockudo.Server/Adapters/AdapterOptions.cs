namespace Sockudo.Server.Adapters;

/// <summary>Which adapter and how it counts (configuration section <c>adapter</c>).</summary>
internal sealed class AdapterOptions
{
    /// <summary><c>local</c>, <c>redis</c>, <c>redis-cluster</c> or <c>nats</c>. Default local.</summary>
    public string Driver { get; set; } = "local";

    /// <summary>Whether socket totals are counted across the cluster (no effect on the local adapter). Default true.</summary>
    public bool EnableSocketCounting { get; set; } = true;

    /// <summary>Whether a broker that is missing at start lets the node run alone instead of waiting, not ready. Default false: a silent split loses events.</summary>
    public bool FallbackToLocal { get; set; }

    /// <summary>Heartbeats between nodes (<c>adapter.cluster_health</c>).</summary>
    public ClusterHealthOptions ClusterHealth { get; } = new();
}

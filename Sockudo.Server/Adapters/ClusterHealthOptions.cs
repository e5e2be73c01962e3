namespace Sockudo.Server.Adapters;

/// <summary>How nodes notice that one of them died (configuration section <c>adapter.cluster_health</c>).</summary>
internal sealed class ClusterHealthOptions
{
    /// <summary>Whether silent nodes are declared dead. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Time between heartbeats; at most a third of <see cref="NodeTimeoutMs"/>. Unit: milliseconds. Default 10000.</summary>
    public long HeartbeatIntervalMs { get; set; } = 10_000;

    /// <summary>A node silent for this long is dead. Unit: milliseconds. Default 30000.</summary>
    public long NodeTimeoutMs { get; set; } = 30_000;

    /// <summary>Time between looks for dead nodes; at most <see cref="NodeTimeoutMs"/>. Unit: milliseconds. Default 10000.</summary>
    public long CleanupIntervalMs { get; set; } = 10_000;
}

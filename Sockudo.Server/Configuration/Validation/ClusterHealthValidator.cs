using System.Globalization;
using Sockudo.Server.Adapters;

namespace Sockudo.Server.Configuration.Validation;

/// <summary>Checks heartbeats; a set that cannot work is replaced by the defaults, as in the original.</summary>
internal static class ClusterHealthValidator
{
    private const string Section = "adapter.cluster_health.";
    private const long ShortHeartbeat = 1000;

    /// <summary>Adds a warning, and puts the defaults back, when the values contradict each other.</summary>
    public static void Validate(LoadState state)
    {
        var health = state.Configuration.Adapter.ClusterHealth;
        if (Defect(health) is { } defect)
        {
            var fresh = new ServerConfiguration();
            foreach (var key in ConfigurationTable.Keys)
            {
                if (!key.Path.StartsWith(Section, StringComparison.Ordinal)) continue;
                key.Reset(state.Configuration, fresh);
                state.Origins.Remove(key.Path);
            }

            state.Warn($"adapter.cluster_health is replaced by its defaults: {defect}.", "correct it; docs/configuration.md has the rules.");
        }
        else if (health.HeartbeatIntervalMs < ShortHeartbeat)
        {
            state.Warn(
                string.Create(CultureInfo.InvariantCulture, $"adapter.cluster_health.heartbeat_interval_ms {health.HeartbeatIntervalMs} is short: a busy node may look dead."),
                "use 1000 or more.");
        }
    }

    private static string? Defect(ClusterHealthOptions health)
    {
        if (health.HeartbeatIntervalMs <= 0) return "heartbeat_interval_ms must be above 0";
        if (health.NodeTimeoutMs <= 0) return "node_timeout_ms must be above 0";
        if (health.CleanupIntervalMs <= 0) return "cleanup_interval_ms must be above 0";
        if (health.HeartbeatIntervalMs > health.NodeTimeoutMs / 3) return "heartbeat_interval_ms must be at most a third of node_timeout_ms";
        return health.CleanupIntervalMs > health.NodeTimeoutMs ? "cleanup_interval_ms must be at most node_timeout_ms" : null;
    }
}

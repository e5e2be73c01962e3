using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class ClusterHealthTests
{
    [Fact]
    public void Its_variables_reach_the_adapter()
    {
        var health = Load(environment: Variables(("CLUSTER_HEALTH_HEARTBEAT_INTERVAL", "2000"), ("CLUSTER_HEALTH_NODE_TIMEOUT", "9000"), ("CLUSTER_HEALTH_CLEANUP_INTERVAL", "3000"), ("CLUSTER_HEALTH_ENABLED", "false")))
            .Configuration.Adapter.ClusterHealth;
        Assert.Equal((2000, 9000, 3000, false), (health.HeartbeatIntervalMs, health.NodeTimeoutMs, health.CleanupIntervalMs, health.Enabled));
    }

    [Fact]
    public void A_top_level_section_counts_when_the_adapters_is_absent() =>
        Assert.Equal(5000, Load(FileWith("cluster_health.heartbeat_interval_ms", "5000")).Configuration.Adapter.ClusterHealth.HeartbeatIntervalMs);

    [Fact]
    public void A_top_level_section_beside_the_adapters_is_ignored_and_said()
    {
        var result = Load(OneApp[..^1] + """, "cluster_health": { "heartbeat_interval_ms": 5000 }, "adapter": { "cluster_health": { "heartbeat_interval_ms": 4000 } } }""");
        Assert.Equal(4000, result.Configuration.Adapter.ClusterHealth.HeartbeatIntervalMs);
        Assert.Contains("cluster_health", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heartbeat_interval_ms", "0")]
    [InlineData("node_timeout_ms", "0")]
    [InlineData("cleanup_interval_ms", "0")]
    [InlineData("heartbeat_interval_ms", "10001")]
    [InlineData("cleanup_interval_ms", "30001")]
    public void Values_that_cannot_work_are_replaced_by_the_defaults_with_a_warning(string key, string value)
    {
        var result = Load(FileWith("adapter.cluster_health", $$"""{ "enabled": false, "{{key}}": {{value}} }"""));
        var health = result.Configuration.Adapter.ClusterHealth;
        Assert.Equal((10_000, 30_000, 10_000, true), (health.HeartbeatIntervalMs, health.NodeTimeoutMs, health.CleanupIntervalMs, health.Enabled));
        Assert.Contains("replaced by its defaults", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
        Assert.True(result.IsValid);
    }

    [Fact]
    public void A_heartbeat_below_a_second_is_warned_about() =>
        Assert.Contains("is short", Assert.Single(Load(FileWith("adapter.cluster_health.heartbeat_interval_ms", "999")).Warnings).Text, StringComparison.Ordinal);
}

using System.Text.Json.Nodes;
using Sockudo.Tests.Infrastructure;
using Xunit;

namespace Sockudo.Tests.Cluster.Telemetry;

/// <summary>What ops/ ships, asked of a real Prometheus that scrapes real servers.</summary>
public sealed class PrometheusTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Every_expression_of_dashboard_and_alerts_has_series_while_three_nodes_work()
    {
        await using var cluster = await WatchedCluster.StartAsync(3, heartbeatMs: 500);
        await using var prometheus = await PrometheusServer.StartAsync(cluster.Nodes.Select(static node => node.MetricsUri));
        string[] missing = [.. ShippedExpressions.Panels, .. ShippedExpressions.Compared];
        var count = missing.Length;
        await Eventually.TrueAsync(
            async () =>
            {
                await cluster.WorkAsync();
                var found = new List<string>();
                foreach (var expression in missing)
                {
                    if ((await prometheus.QueryAsync(expression)).Count > 0) found.Add(expression);
                }

                missing = [.. missing.Except(found)];
                return missing.Length == 0;
            },
            "every expression has a series", Limit, () => string.Join('\n', missing) + "\n" + cluster.Logs);
        foreach (var alert in ShippedExpressions.Alerts()) await prometheus.QueryAsync(alert);
        output.WriteLine($"{count} expressions with series: {ShippedExpressions.Panels.Count} of the dashboard, {ShippedExpressions.Compared.Count} of alerts");

        await Eventually.EqualAsync(3, async () => (await prometheus.QueryAsync("sockudo_ready == 1")).Count, "nodes that are ready", Limit);
    }

    [Fact]
    public async Task A_killed_node_and_a_broker_that_is_away_raise_their_alerts_and_its_return_ends_it()
    {
        await using var cluster = await WatchedCluster.StartAsync(2, heartbeatMs: 500);
        await using var prometheus = await PrometheusServer.StartAsync(cluster.Nodes.Select(static node => node.MetricsUri));
        await Eventually.TrueAsync(async () => (await prometheus.QueryAsync("sockudo_cluster_nodes == 2")).Count == 2, "both are scraped", Limit, () => cluster.Logs);
        Assert.Empty(await prometheus.FiringAsync("SockudoNodeDown"));

        cluster.Nodes[1].Signal(ProcessSignal.Kill);
        var down = await FiringAsync(prometheus, "SockudoNodeDown");
        Assert.Equal((cluster.Nodes[1].MetricsUri.Authority, "docs/runbook.md#a-node-is-down"), (down["labels"]!["instance"]!.GetValue<string>(), down["annotations"]!["runbook"]!.GetValue<string>()));
        var died = await FiringAsync(prometheus, "SockudoNodeDied");
        Assert.Equal(cluster.Nodes[0].MetricsUri.Authority, died["labels"]!["instance"]!.GetValue<string>());

        await cluster.Redis.Process.KillAsync();
        await FiringAsync(prometheus, "SockudoDeliveryNotProven");
        await FiringAsync(prometheus, "SockudoNodeNotReady");
        await cluster.Redis.StartAsync();
        await Eventually.TrueAsync(async () => (await prometheus.FiringAsync("SockudoDeliveryNotProven")).Count == 0, "the alert of the broker ends", Limit, () => cluster.Logs);
    }

    private static async Task<JsonNode> FiringAsync(PrometheusServer prometheus, string alert)
    {
        IReadOnlyList<JsonNode> firing = [];
        await Eventually.TrueAsync(async () => (firing = await prometheus.FiringAsync(alert)).Count > 0, $"{alert} fires", Limit);
        return firing[0];
    }
}

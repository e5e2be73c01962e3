using Microsoft.AspNetCore.Builder;
using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Configuration;
using Sockudo.Server.Connections;
using Sockudo.Server.Http;
using Sockudo.Server.Metrics;
using Sockudo.Server.Metrics.Prometheus;
using Sockudo.Server.Webhooks;

namespace Sockudo.Server.Hosting;

/// <summary>Connects the gauges to the truth. What runs here runs within a scrape: it walks, it takes no lock of the hot path.</summary>
internal static class ServerObservation
{
    /// <summary>Gives the metrics what they read.</summary>
    public static void ObserveServer(this WebApplication app, ServerConfiguration configuration)
    {
        var services = app.Services;
        var metrics = services.GetRequiredService<ServerMetrics>();
        var connections = services.GetRequiredService<ConnectionRegistry>();
        var channels = services.GetRequiredService<ChannelRegistry>();
        var adapter = services.GetRequiredService<IAdapter>();
        var readiness = services.GetRequiredService<ServerReadiness>();

        // Made before the first event: what happens earlier is not in its histograms.
        services.GetRequiredService<PrometheusExporter>();
        var webhooks = services.GetRequiredService<WebhookMetrics>();
        foreach (var configured in configuration.AppManager.Apps)
        {
            metrics.ForApp(configured.Id);
            if (configuration.Webhooks.Enabled) webhooks.Begin(configured.Id);
        }

        ObserveGauges(metrics, connections, channels);
        var cache = services.GetRequiredService<ICache>();
        metrics.ObserveDegraded(() => adapter.Health.State == HealthState.Degraded || cache.IsAway);
        if (services.GetService<ClusterNode>() is { } node) ClusterInstruments.AddTo(metrics, node, services.GetRequiredService<ClusterRuntime>());
        metrics.ObserveReady(() => readiness.Current.State == ReadinessState.Ready);
    }

    /// <summary>Where sockets and channels are counted: in the registries themselves, without a lock.</summary>
    public static void ObserveGauges(ServerMetrics metrics, ConnectionRegistry connections, ChannelRegistry channels)
    {
        metrics.ObserveConnections(() => connections.Apps.Select(static one => (one.App.Id, (long)one.Count)));
        metrics.ObserveChannels(() => channels.Listed
            .Where(static channel => channel.LocalSubscriptionCount > 0)
            .GroupBy(static channel => (channel.App.Id, channel.Name.MetricLabel))
            .Select(static group => (group.Key.Id, group.Key.MetricLabel, group.LongCount())));
    }
}

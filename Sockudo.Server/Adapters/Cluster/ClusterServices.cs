using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters.Cluster.Membership;
using Sockudo.Server.Adapters.Cluster.State;
using Sockudo.Server.Adapters.Cluster.Streams;
using Sockudo.Server.Adapters.Cluster.Wire;
using Sockudo.Server.Adapters.Outside;
using Sockudo.Server.Backplane;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;

namespace Sockudo.Server.Adapters.Cluster;

/// <summary>Registers the horizontal adapter above whatever <see cref="IBackplane"/> is registered.</summary>
internal static class ClusterServices
{
    /// <summary>Replaces the local adapter. Needs a backplane, the app manager, the registries and an observer; options from configuration.</summary>
    public static IServiceCollection AddCluster(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidator>();
        services.AddSingleton(static provider => new ClusterIdentity(NodeId.New()));
        services.AddSingleton(static provider =>
            new ClusterClock(provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ClusterIdentity>().Id.Value));
        services.AddSingleton(static provider =>
        {
            var backplane = provider.GetRequiredService<IBackplane>();
            return new BrokerLimit(() => backplane.MaxMessageBytes, backplane.MaxMessageSetting);
        });
        services.AddSingleton(static provider =>
            new StreamSet(Options(provider), provider.GetRequiredService<ClusterClock>(), provider.GetRequiredService<BrokerLimit>()));
        services.AddSingleton(static provider => new ChannelJournal(
            provider.GetRequiredService<StreamSet>(), provider.GetRequiredService<ClusterClock>(), IsCounting(provider)));
        services.AddSingleton(static provider =>
            new LeaveGrace(TimeSpan.FromMilliseconds(Options(provider).LeaveGraceMs), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IChannelStream>(static provider => provider.GetRequiredService<ChannelJournal>());
        services.AddSingleton<ClusterUsers>();
        services.AddSingleton(static provider =>
            new ConnectionTotals(provider.GetRequiredService<ConnectionRegistry>(), provider.GetRequiredService<StreamSet>(), IsCounting(provider)));
        services.AddSingleton<AdmittedKeys>();
        services.AddSingleton<AppDirectory>();
        services.AddSingleton<MergedView>();
        services.AddSingleton(static provider => new ClusterNode(
            provider.GetRequiredService<ClusterIdentity>().Id, Options(provider), provider.GetRequiredService<IOptions<ClusterHealthOptions>>().Value,
            provider.GetRequiredService<BrokerLimit>(), provider.GetRequiredService<StreamSet>(), provider.GetRequiredService<MergedView>(),
            provider.GetRequiredService<ClusterClock>(), provider.GetRequiredService<ILogger<ClusterNode>>())
        {
            CountsSubscriptions = IsCounting(provider),
        });
        services.AddSingleton(CreateAdapter);
        services.AddSingleton<IAdapter>(static provider => provider.GetRequiredService<HorizontalAdapter>());
        services.AddSingleton(static provider => new ClusterRuntime(
            provider.GetRequiredService<IBackplane>(), provider.GetRequiredService<ClusterNode>(), provider.GetRequiredService<HorizontalAdapter>(),
            provider.GetRequiredService<StreamSet>(), provider.GetRequiredService<ConnectionTotals>(), provider.GetRequiredService<ConnectionRegistry>(),
            Options(provider), provider.GetRequiredService<IOptions<ClusterHealthOptions>>().Value, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ClusterRuntime>>()));
        return services;
    }

    private static HorizontalAdapter CreateAdapter(IServiceProvider provider)
    {
        var node = provider.GetRequiredService<ClusterNode>();
        var outside = provider.GetService<OncePerCluster>();
        if (outside is not null) outside.Ownership = new ClusterOwnership(node, provider.GetRequiredService<MergedView>(), provider.GetRequiredService<StreamSet>());
        return new HorizontalAdapter(
            provider.GetRequiredService<ConnectionRegistry>(), provider.GetRequiredService<MergedView>(), node, Options(provider),
            provider.GetRequiredService<BrokerLimit>(), outside);
    }

    private static ClusterOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<ClusterOptions>>().Value;

    private static bool IsCounting(IServiceProvider provider) => provider.GetRequiredService<IOptions<AdapterOptions>>().Value.EnableSocketCounting;

    private sealed record ClusterIdentity(NodeId Id);
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sockudo.Server.Adapters;
using Sockudo.Server.Adapters.Cluster;
using Sockudo.Server.Apps;
using Sockudo.Server.Backplane;
using Sockudo.Server.Caching;
using Sockudo.Server.Channels;
using Sockudo.Server.Connections;

namespace Sockudo.Tests.Cluster;

/// <summary>A server's cluster part with its real loops, timers and locks, over a broker in the process.</summary>
internal sealed class RuntimeNode(ServiceProvider services, MemoryBroker.Connection backplane) : IAsyncDisposable
{
    public static App App { get; } = new() { Id = "app", Key = "key", Secret = "secret" };

    public HorizontalAdapter Adapter { get; } = services.GetRequiredService<HorizontalAdapter>();

    public MemoryBroker.Connection Backplane => backplane;

    public ClusterNode Core => services.GetRequiredService<ClusterNode>();

    public ClusterRuntime Runtime => services.GetRequiredService<ClusterRuntime>();

    public ClusterCounters Counters => Core.Counters;

    public long InboxDropped => Runtime.InboxDropped;

    public bool IsReady => Adapter.Health.State == HealthState.Ok;

    public static async Task<RuntimeNode> StartAsync(
        MemoryBroker broker, int index, IOccupancyObserver observer, Action<ClusterOptions>? configure = null)
    {
        var backplane = broker.Connect();
        var services = new ServiceCollection();
        var options = new ClusterOptions { Label = $"node-{index}" };
        configure?.Invoke(options);
        services.AddLogging(static logging => logging.SetMinimumLevel(LogLevel.None));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IBackplane>(backplane);
        services.AddSingleton<IAppManager>(new MemoryAppManager([App]));
        services.AddSingleton(Options.Create(options));
        services.AddSingleton(Options.Create(new AdapterOptions()));
        services.AddSingleton(Options.Create(new ClusterHealthOptions { HeartbeatIntervalMs = 100, NodeTimeoutMs = 5000, CleanupIntervalMs = 100 }));
        services.AddSingleton<ConnectionRegistry>();
        services.AddSingleton(new CachedEvents(new MemoryCache<CachedFrame>(100, TimeProvider.System)));
        services.AddSingleton<ChannelRegistry>();
        services.AddSingleton<IOccupancyObserver>(observer);
        services.AddCluster();
        var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        var node = new RuntimeNode(provider, backplane);
        await provider.GetRequiredService<ClusterRuntime>().StartAsync(CancellationToken.None);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await services.GetRequiredService<ClusterRuntime>().StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }
}

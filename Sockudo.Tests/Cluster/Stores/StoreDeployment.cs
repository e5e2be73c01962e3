using Microsoft.Extensions.Logging.Abstractions;
using Sockudo.Server.Caching;
using Sockudo.Server.Metrics;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>A real Redis of one kind, for what keeps something in it.</summary>
public abstract class StoreDeployment : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _links = [];

    internal abstract RedisTarget Target { get; }

    internal abstract IReadOnlyList<RedisServer> Servers { get; }

    public abstract ValueTask InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links) await link.DisposeAsync();
        await StopAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask StopAsync();

    /// <summary>A link that is not started.</summary>
    internal RedisLink NewLink()
    {
        var link = new RedisLink(new RedisConnectionFactory(Target, TimeProvider.System), "test", TimeProvider.System, NullLogger.Instance);
        lock (_links) _links.Add(link);
        return link;
    }

    /// <summary>A link that is connected, as one node has it.</summary>
    internal async Task<RedisLink> LinkAsync()
    {
        var link = NewLink();
        link.Start();
        await link.WhenConnectedAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(20));
        return link;
    }

    /// <summary>Lets no answer come until <see cref="LetGo"/>.</summary>
    internal void Hold()
    {
        foreach (var server in Servers) server.Process.Freeze();
    }

    /// <summary>Lets answers come again.</summary>
    internal void LetGo()
    {
        foreach (var server in Servers) server.Process.Thaw();
    }

    /// <summary>The cache of one node.</summary>
    internal async Task<SharedCache> CacheAsync(string prefix, int capacity = 1000, TimeProvider? time = null) =>
        new(new RedisStore(await LinkAsync(), prefix), capacity, time ?? TimeProvider.System, new CacheMetrics(new ServerMetrics()), NullLogger<SharedCache>.Instance);
}

/// <summary>One Redis server.</summary>
public sealed class RedisStoreDeployment : StoreDeployment
{
    internal RedisServer Server { get; } = new();

    internal override IReadOnlyList<RedisServer> Servers => [Server];

    internal override RedisTarget Target => RedisTargetResolver.Server(new RedisConnectionOptions { Host = "127.0.0.1", Port = Server.Port, ConnectTimeoutMs = 2000 });

    public override async ValueTask InitializeAsync() => await Server.StartAsync();

    protected override ValueTask StopAsync() => Server.DisposeAsync();
}

/// <summary>A Redis Cluster of three masters and three replicas.</summary>
public sealed class RedisClusterStoreDeployment : StoreDeployment
{
    internal RedisClusterSet Set { get; } = new();

    internal override IReadOnlyList<RedisServer> Servers => Set.Servers;

    internal override RedisTarget Target =>
        RedisTargetResolver.Cluster(new RedisConnectionOptions { Password = RedisClusterSet.Password }, [$"127.0.0.1:{Set.Servers[0].Port}", $"127.0.0.1:{Set.Servers[1].Port}"]);

    public override async ValueTask InitializeAsync() => await Set.StartAsync();

    protected override ValueTask StopAsync() => Set.DisposeAsync();
}

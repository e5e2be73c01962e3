using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sockudo.Server.Backplane;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.Backplane.RedisCluster;
using Sockudo.Server.Metrics;
using Sockudo.Server.RedisConnections;
using Xunit;

namespace Sockudo.Tests.Unit.Backplane;

/// <summary>Each driver's registration gives a backplane, and refuses options it cannot work with.</summary>
public sealed class BackplaneRegistrationTests
{
    [Fact]
    public async Task Redis_is_a_backplane()
    {
        await using var provider = Provider(static services => services.AddRedisBackplane());

        Assert.Equal(8 << 20, provider.GetRequiredService<IBackplane>().MaxMessageBytes);
    }

    [Fact]
    public async Task Redis_cluster_is_a_backplane()
    {
        await using var provider = Provider(static services => services.AddRedisClusterBackplane()
            .Configure<RedisClusterBackplaneOptions>(static options => options.Nodes.Add("redis-1:7000")));

        Assert.Equal(BackplaneState.Connecting, provider.GetRequiredService<IBackplane>().State);
    }

    [Fact]
    public async Task Nats_is_a_backplane()
    {
        await using var provider = Provider(static services => services.AddNatsBackplane());

        Assert.Equal(1 << 20, provider.GetRequiredService<IBackplane>().MaxMessageBytes);
    }

    [Fact]
    public async Task A_cluster_without_nodes_is_refused_by_its_key()
    {
        await using var provider = Provider(static services => services.AddRedisClusterBackplane());

        var refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IBackplane>());
        Assert.Contains("adapter.cluster", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_none_is_refused_by_its_key()
    {
        await using var provider = Provider(static services => services.AddRedisBackplane().Configure<RedisConnectionOptions>(static options => options.Port = 0));

        var refusal = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IBackplane>());
        Assert.Contains("database.redis.port", refusal.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Provider(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ServerMetrics>();
        add(services);
        return services.BuildServiceProvider();
    }
}

using System.Globalization;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using StackExchange.Redis;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>How many connections a server has to its Redis: as many as it had before Aspire's client, or fewer.</summary>
public sealed class SharedConnectionTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly RedisServer _redis = new();

    public async ValueTask InitializeAsync() => await _redis.StartAsync();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    /// <summary>A connection of the client library is two: one for commands, one for subscriptions.</summary>
    [Theory]
    [InlineData("adapter", 2, 2)]
    [InlineData("cache", 2, 2)]
    [InlineData("queue", 2, 2)]
    [InlineData("limits", 2, 2)]
    [InlineData("cache,queue,limits", 4, 2)]
    [InlineData("adapter,cache,queue,limits", 6, 4)]
    public async Task Cache_queue_and_limits_share_one_connection_and_Aspires_client_adds_none(string inRedis, int before, int now)
    {
        // In Development the health checks are served, which ask Aspire's client.
        var setup = new ServerSetup { HostEnvironment = "Development" }.Set("database.redis.host", "127.0.0.1").Set("database.redis.port", _redis.Port);
        foreach (var part in inRedis.Split(','))
        {
            if (part == "limits") setup.Set("rate_limiter.enabled", true).Set("rate_limiter.driver", "redis");
            else setup.Set($"{part}.driver", "redis");
        }

        await using var server = await SockudoServer.StartAsync(setup);
        Assert.Equal("Healthy", await server.Http.GetStringAsync("/health", TestContext.Current.CancellationToken));
        await using var operators = await ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_redis.Port},allowAdmin=true,name=operator"));

        var clients = await operators.GetServers()[0].ClientListAsync();

        var count = clients.Count(static client => client.Name == "sockudo");
        output.WriteLine($"{inRedis}: {before} connections before Aspire's client, {count} with it");
        Assert.Equal(now, count);
    }
}

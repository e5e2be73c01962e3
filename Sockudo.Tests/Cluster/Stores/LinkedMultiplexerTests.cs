using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Sockudo.Server.Caching;
using Sockudo.Server.Configuration;
using Sockudo.Server.Hosting;
using Sockudo.Server.Queueing;
using Sockudo.Server.RateLimiting;
using Sockudo.Server.RedisConnections;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;
using Sockudo.Tests.Unit.Configuration;
using StackExchange.Redis;
using StackExchange.Redis.Profiling;
using Xunit;

namespace Sockudo.Tests.Cluster.Stores;

/// <summary>The multiplexer that services are handed: the one that cache, queue and limits use, also after it was replaced.</summary>
public sealed class LinkedMultiplexerTests : IAsyncLifetime
{
    private readonly RedisServer _redis = new();
    private ServiceProvider? _services;

    public async ValueTask InitializeAsync() => await _redis.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task It_is_the_connection_of_cache_queue_and_limits()
    {
        var (services, link) = await OpenAsync();
        var multiplexer = services.GetRequiredService<IConnectionMultiplexer>();

        _ = services.GetRequiredService<ICache>();
        _ = services.GetRequiredService<IJobQueue>();
        _ = services.GetRequiredService<IHitWindows>();

        Assert.Same(link.Database!.Multiplexer, multiplexer.GetDatabase().Multiplexer);
        Assert.Equal(2, (await ClientsAsync()).Length);
    }

    [Fact]
    public async Task Whoever_kept_it_has_the_next_connection_after_the_first_was_killed()
    {
        var (services, link) = await OpenAsync();
        var multiplexer = services.GetRequiredService<IConnectionMultiplexer>();
        var first = multiplexer.GetDatabase().Multiplexer;

        await KillAsync();
        await Eventually.TrueAsync(() => link.Database is { } database && !ReferenceEquals(database.Multiplexer, first), "another connection");

        Assert.Same(link.Database!.Multiplexer, multiplexer.GetDatabase().Multiplexer);
        Assert.True(await multiplexer.GetDatabase().PingAsync() >= TimeSpan.Zero);
    }

    [Fact]
    public async Task The_health_check_follows_a_Redis_that_goes_and_comes_back()
    {
        var (services, link) = await OpenAsync();
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(services));

        await _redis.Process.KillAsync();
        await Eventually.TrueAsync(() => !link.IsConnected, "the loss");
        Assert.Equal(HealthStatus.Unhealthy, await HealthAsync(services));

        await _redis.StartAsync();
        await link.WhenConnectedAsync(Cancelled).WithinAsync("another connection");
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(services));
    }

    [Fact]
    public async Task Without_a_connection_calls_fail_at_once_and_say_where_Redis_is_not()
    {
        var (services, link) = await OpenAsync();
        var multiplexer = services.GetRequiredService<IConnectionMultiplexer>();
        await _redis.Process.KillAsync();
        await Eventually.TrueAsync(() => !link.IsConnected, "the loss");

        var refused = Assert.Throws<RedisConnectionException>(() => multiplexer.GetDatabase());

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_redis.Port}"), refused.Message, StringComparison.Ordinal);
        Assert.Equal((false, true), (multiplexer.IsConnected, multiplexer.IsConnecting));
    }

    [Fact]
    public async Task Handlers_and_the_profiler_hear_of_every_connection()
    {
        var (services, link) = await OpenAsync();
        var multiplexer = services.GetRequiredService<IConnectionMultiplexer>();
        var failures = new EventLog<ConnectionFailedEventArgs>("the multiplexer");
        var session = new ProfilingSession();
        multiplexer.ConnectionFailed += (_, failure) => failures.Add(failure);
        multiplexer.RegisterProfiler(() => session);

        for (var i = 0; i < 2; i++)
        {
            var lost = link.Database!.Multiplexer;
            await KillAsync();
            await failures.NextAsync();
            await Eventually.TrueAsync(() => link.Database is { } database && !ReferenceEquals(database.Multiplexer, lost), "another connection");
        }

        await multiplexer.GetDatabase().PingAsync();
        Assert.Contains(session.FinishProfiling(), static command => command.Command == "PING");
    }

    [Fact]
    public async Task To_dispose_of_it_leaves_the_connection_open()
    {
        var (services, link) = await OpenAsync();
        var multiplexer = services.GetRequiredService<IConnectionMultiplexer>();

        await multiplexer.CloseAsync();
        await multiplexer.DisposeAsync();

        Assert.True(await link.Database!.PingAsync() >= TimeSpan.Zero);
    }

    [Fact]
    public async Task The_connection_string_redis_means_the_store_without_a_Redis_of_its_own()
    {
        await using var other = new RedisServer();
        var configuration = Configuration($"\"cache\": {{ \"driver\": \"redis\", \"redis\": {{ \"url_override\": \"redis://127.0.0.1:{other.Port}\" }} }}, \"queue\": {{ \"driver\": \"redis\" }}");

        Assert.Equal(_redis.Port, new RedisStores(configuration).Target().Nodes.Single().Port);
    }

    [Fact]
    public void It_is_the_Redis_of_the_only_store_where_that_has_its_own() =>
        Assert.Equal(7777, new RedisStores(Configuration("\"cache\": { \"driver\": \"redis\", \"redis\": { \"url_override\": \"redis://127.0.0.1:7777\" } }")).Target().Nodes.Single().Port);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static async Task<HealthStatus> HealthAsync(ServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(static check => check.Name == "StackExchange.Redis", Cancelled)).Status;

    private async Task<(ServiceProvider Services, RedisLink Link)> OpenAsync()
    {
        var configuration = Configuration("\"cache\": { \"driver\": \"redis\" }, \"queue\": { \"driver\": \"redis\" }, \"rate_limiter\": { \"enabled\": true, \"driver\": \"redis\" }");
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddServerHealth(configuration);
        builder.Services.AddSockudo(configuration);
        _services = builder.Services.BuildServiceProvider();
        var link = _services.GetRequiredService<RedisLinks>().For(new RedisStores(configuration).Target(), "test");
        await link.WhenConnectedAsync(Cancelled).WithinAsync("a connection");
        return (_services, link);
    }

    private ServerConfiguration Configuration(string stores) => Loading.Load(
        $$"""{ "app_manager": { "array": { "apps": [ { "id": "shop", "key": "shop-key", "secret": "shop-secret" } ] } }, "database": { "redis": { "host": "127.0.0.1", "port": {{_redis.Port}} } }, {{stores}} }""").Configuration;

    private async Task<ClientInfo[]> ClientsAsync()
    {
        await using var operators = await OperatorAsync();
        return [.. (await operators.GetServers()[0].ClientListAsync()).Where(static client => client.Name == "sockudo")];
    }

    private async Task KillAsync()
    {
        await using var operators = await OperatorAsync();
        Assert.NotEqual(0, (int)await operators.GetDatabase().ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
    }

    private async Task<ConnectionMultiplexer> OperatorAsync() =>
        await ConnectionMultiplexer.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_redis.Port},allowAdmin=true,name=operator"));
}

using Xunit;

namespace Sockudo.AppHost.Tests;

/// <summary>Brokers as processes: what is described, without starting it.</summary>
public sealed class BrokerProcessTests
{
    [Theory]
    [InlineData("redis", "redis")]
    [InlineData("redis-sentinel", "redis-master", "redis-replica", "redis-sentinel-1", "redis-sentinel-2", "redis-sentinel-3")]
    [InlineData("redis-cluster", "redis-1", "redis-2", "redis-3", "redis-4", "redis-5", "redis-6", "redis-cluster")]
    [InlineData("nats", "nats")]
    public async Task Each_process_is_a_resource_of_its_own(string adapter, params string[] processes)
    {
        await using var model = await BuildAsync(adapter);

        Assert.Equal(processes, model.Brokers.Order(StringComparer.Ordinal));
        Assert.Empty(model.Containers);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis-sentinel")]
    [InlineData("redis-cluster")]
    [InlineData("nats")]
    public async Task The_server_waits_for_every_process(string adapter)
    {
        await using var model = await BuildAsync(adapter);

        Assert.Equal(model.Brokers.Order(StringComparer.Ordinal), model.WaitsFor.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis-sentinel")]
    [InlineData("redis-cluster")]
    [InlineData("nats")]
    public async Task The_health_of_every_process_is_checked(string adapter)
    {
        await using var model = await BuildAsync(adapter);

        // The step that joins a cluster ends; it has no health.
        Assert.All(model.Brokers.Where(static name => name != "redis-cluster"), name =>
            Assert.NotEmpty(model.Resource(name).Annotations.OfType<HealthCheckAnnotation>()));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis-sentinel")]
    [InlineData("redis-cluster")]
    [InlineData("nats")]
    public async Task A_broker_that_is_started_again_has_its_port(string adapter)
    {
        await using var model = await BuildAsync(adapter);

        Assert.All(model.Brokers.SelectMany(name => model.Resource(name).Annotations.OfType<EndpointAnnotation>()), static endpoint =>
            Assert.True(endpoint.Port is > 0 && endpoint.Port == endpoint.TargetPort && !endpoint.IsProxied));
    }

    private static Task<AppHostModel> BuildAsync(string adapter) => AppHostModel.BuildAsync($"--Sockudo:Adapter={adapter}", "--Sockudo:Brokers=process");
}

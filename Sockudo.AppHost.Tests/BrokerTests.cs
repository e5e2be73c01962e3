using Xunit;

namespace Sockudo.AppHost.Tests;

public sealed class BrokerTests
{
    [Theory]
    [InlineData("local", "local")]
    [InlineData("redis", "redis")]
    [InlineData("redis-sentinel", "redis")]
    [InlineData("redis-cluster", "redis-cluster")]
    [InlineData("nats", "nats")]
    public async Task The_server_is_told_its_driver(string adapter, string driver)
    {
        await using var model = await AppHostModel.BuildAsync($"--Sockudo:Adapter={adapter}", "--Sockudo:Brokers=container");

        Assert.Equal(driver, (await model.VariablesAsync())["ADAPTER_DRIVER"]);
    }

    [Theory]
    [InlineData("redis", "redis")]
    [InlineData("redis-sentinel", "redis")]
    [InlineData("redis-cluster", "redis")]
    [InlineData("nats", "nats")]
    public async Task The_connection_string_has_the_name_the_server_reads(string adapter, string name)
    {
        await using var model = await AppHostModel.BuildAsync($"--Sockudo:Adapter={adapter}", "--Sockudo:Brokers=container");

        Assert.Equal([$"ConnectionStrings__{name}"], (await model.VariablesAsync()).Keys.Where(static key => key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis-sentinel")]
    [InlineData("redis-cluster")]
    [InlineData("nats")]
    public async Task Nothing_else_of_the_broker_leaks_into_the_environment(string adapter)
    {
        await using var model = await AppHostModel.BuildAsync($"--Sockudo:Adapter={adapter}", "--Sockudo:Brokers=container");

        Assert.DoesNotContain((await model.VariablesAsync()).Keys, static key =>
            key.StartsWith("REDIS", StringComparison.OrdinalIgnoreCase) || key.StartsWith("NATS", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("redis", "redis")]
    [InlineData("redis-sentinel", "redis-sentinel")]
    [InlineData("redis-cluster", "redis-cluster")]
    [InlineData("nats", "nats")]
    public async Task The_server_waits_for_the_broker(string adapter, string container)
    {
        await using var model = await AppHostModel.BuildAsync($"--Sockudo:Adapter={adapter}", "--Sockudo:Brokers=container");

        Assert.Contains(container, model.Containers);
        Assert.Contains(container, model.WaitsFor);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("redis-sentinel")]
    [InlineData("redis-cluster")]
    [InlineData("nats")]
    public async Task The_brokers_health_is_checked(string adapter)
    {
        await using var model = await AppHostModel.BuildAsync($"--Sockudo:Adapter={adapter}", "--Sockudo:Brokers=container");

        Assert.NotEmpty(model.Resource(adapter).Annotations.OfType<HealthCheckAnnotation>());
    }

    [Fact]
    public async Task The_local_adapter_needs_no_broker()
    {
        await using var model = await AppHostModel.BuildAsync("--Sockudo:Adapter=local", "--Sockudo:Brokers=container");

        Assert.Empty(model.Brokers);
    }

    [Theory]
    [InlineData("redis", "redis", "cache.example.com:6380,password=secret,ssl=true")]
    [InlineData("redis-sentinel", "redis", "one.example.com:26379,two.example.com:26379,serviceName=mymaster")]
    [InlineData("redis-cluster", "redis", "one.example.com:6379,two.example.com:6379")]
    [InlineData("nats", "nats", "nats://nats.example.com:4222")]
    public async Task An_existing_broker_is_used_instead_of_a_container(string adapter, string name, string connection)
    {
        await using var model = await AppHostModel.BuildAsync($"--Sockudo:Adapter={adapter}", $"--ConnectionStrings:{name}={connection}");

        Assert.Empty(model.Brokers);
    }

    [Fact]
    public async Task A_clusters_ports_are_the_same_on_both_sides()
    {
        await using var model = await AppHostModel.BuildAsync("--Sockudo:Adapter=redis-cluster", "--Sockudo:Brokers=container");

        var ports = model.Resource("redis-cluster").Annotations.OfType<EndpointAnnotation>().ToList();
        Assert.Equal([7000, 7001, 7002, 7003, 7004, 7005], ports.Select(static port => port.Port ?? 0).Order());
        Assert.All(ports, static port => Assert.True(port.Port == port.TargetPort && !port.IsProxied));
    }
}

using Xunit;

namespace Sockudo.AppHost.Tests;

public sealed class ServerTests
{
    [Fact]
    public async Task Three_replicas_on_redis_are_the_default()
    {
        await using var model = await AppHostModel.BuildAsync();

        Assert.Equal(3, model.Server.GetReplicaCount());
        Assert.Equal(["redis"], model.Brokers);
    }

    [Fact]
    public async Task The_number_of_replicas_can_be_chosen()
    {
        await using var model = await AppHostModel.BuildAsync("--Sockudo:Replicas=5");

        Assert.Equal(5, model.Server.GetReplicaCount());
    }

    [Fact]
    public async Task The_local_adapter_has_one_server()
    {
        await using var model = await AppHostModel.BuildAsync("--Sockudo:Adapter=local");

        Assert.Equal(1, model.Server.GetReplicaCount());
    }

    [Fact]
    public async Task Clients_find_it_on_port_6001()
    {
        await using var model = await AppHostModel.BuildAsync();

        Assert.Equal(6001, model.Endpoint("http").Port);
    }

    [Fact]
    public async Task Only_the_http_endpoint_is_external()
    {
        await using var model = await AppHostModel.BuildAsync();

        Assert.True(model.Endpoint("http").IsExternal);
        Assert.False(model.Endpoint("metrics").IsExternal);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("metrics")]
    public async Task Replicas_share_an_endpoint_through_the_proxy(string name)
    {
        await using var model = await AppHostModel.BuildAsync();

        Assert.True(model.Endpoint(name).IsProxied);
        Assert.Null(model.Endpoint(name).TargetPort);
    }

    [Fact]
    public async Task Each_replica_is_told_its_metrics_port()
    {
        await using var model = await AppHostModel.BuildAsync();

        Assert.Contains("METRICS_PORT", (await model.VariablesAsync()).Keys);
    }

    [Theory]
    [InlineData("SOCKUDO_DEFAULT_APP_ID", "app-id")]
    [InlineData("SOCKUDO_DEFAULT_APP_KEY", "app-key")]
    [InlineData("SOCKUDO_DEFAULT_APP_SECRET", "app-secret")]
    public async Task The_apps_credentials_are_parameters(string variable, string parameter)
    {
        await using var model = await AppHostModel.BuildAsync();

        Assert.Equal($"{{{parameter}.value}}", (await model.VariablesAsync())[variable]);
    }

    [Fact]
    public async Task The_apps_secret_is_a_secret()
    {
        await using var model = await AppHostModel.BuildAsync();

        Assert.True(Assert.IsType<ParameterResource>(model.Resource("app-secret"), exactMatch: false).Secret);
    }
}

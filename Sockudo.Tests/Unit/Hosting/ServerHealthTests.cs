using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sockudo.Server.Hosting;
using Sockudo.Tests.Unit.Configuration;
using Xunit;

namespace Sockudo.Tests.Unit.Hosting;

public sealed class ServerHealthTests
{
    [Theory]
    [InlineData("local")]
    [InlineData("redis", "StackExchange.Redis")]
    [InlineData("redis-cluster", "StackExchange.Redis")]
    [InlineData("nats", "NATS")]
    public void The_broker_has_the_name_that_Aspires_client_gives_it(string driver, params string[] names) =>
        Assert.Equal(["ready", "up", .. names], Checks(("ADAPTER_DRIVER", driver)));

    [Theory]
    [InlineData("redis", "Aspire__StackExchange__Redis__DisableHealthChecks")]
    [InlineData("redis", "Aspire__StackExchange__Redis__redis__DisableHealthChecks")]
    [InlineData("nats", "Aspire__NATS__Net__DisableHealthChecks")]
    public void Aspires_setting_leaves_the_broker_out(string driver, string variable) =>
        Assert.Equal(["ready", "up"], Checks(("ADAPTER_DRIVER", driver), (variable, "true")));

    private static IEnumerable<string> Checks(params (string, string)[] variables)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddServerHealth(Loading.Load(environment: Loading.Variables(variables)).Configuration);
        using var provider = builder.Services.BuildServiceProvider();
        return [.. provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(static check => check.Name)];
    }
}

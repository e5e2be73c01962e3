using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sockudo.Server.Hosting;
using Sockudo.Tests.Unit.Configuration;
using StackExchange.Redis;
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

    [Theory]
    [InlineData("CACHE_DRIVER", "redis")]
    [InlineData("CACHE_DRIVER", "redis-cluster")]
    [InlineData("QUEUE_DRIVER", "redis")]
    public void Where_only_a_store_is_in_Redis_the_check_is_that_of_Aspires_client(string variable, string driver) =>
        Assert.Equal(["ready", "up", "StackExchange.Redis"], Checks(("ADAPTER_DRIVER", "local"), (variable, driver)));

    [Fact]
    public void An_adapter_beside_stores_in_Redis_has_a_check_of_its_own() =>
        Assert.Equal(["ready", "up", "StackExchange.Redis", "StackExchange.Redis_adapter"], Checks(("ADAPTER_DRIVER", "redis"), ("CACHE_DRIVER", "redis")));

    [Fact]
    public void Stores_in_Redis_beside_an_adapter_on_NATS_are_two_checks() =>
        Assert.Equal(["ready", "up", "StackExchange.Redis", "NATS"], Checks(("ADAPTER_DRIVER", "nats"), ("CACHE_DRIVER", "redis")));

    [Fact]
    public void Aspires_setting_leaves_stores_and_adapter_out() =>
        Assert.Equal(["ready", "up"], Checks(("ADAPTER_DRIVER", "redis"), ("CACHE_DRIVER", "redis"), ("Aspire__StackExchange__Redis__DisableHealthChecks", "true")));

    [Theory]
    [InlineData(true, "ADAPTER_DRIVER", "redis")]
    [InlineData(true, "CACHE_DRIVER", "redis")]
    [InlineData(true, "QUEUE_DRIVER", "redis-cluster")]
    [InlineData(false, "ADAPTER_DRIVER", "nats")]
    [InlineData(false, "CACHE_DRIVER", "memory")]
    public void The_multiplexer_is_registered_only_where_something_is_in_Redis(bool isRegistered, string variable, string driver) =>
        Assert.Equal(isRegistered ? 1 : 0, Builder([(variable, driver)]).Services.Count(static service => service.ServiceType == typeof(IConnectionMultiplexer)));

    [Theory]
    [InlineData(false, null, "redis")]
    [InlineData(false, "true", "redis")]
    [InlineData(true, "false", "redis")]
    [InlineData(false, "false", "memory")]
    public void Spans_of_Aspires_client_are_made_only_for_stores_and_where_its_setting_asks_for_them(bool areMade, string? setting, string cache)
    {
        var variables = new List<(string, string)> { ("ADAPTER_DRIVER", "redis"), ("CACHE_DRIVER", cache) };
        if (setting is not null) variables.Add(("Aspire__StackExchange__Redis__redis__DisableTracing", setting));
        var builder = Builder([.. variables], ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"));

        Assert.Equal(areMade, builder.Services.Any(static service => service.ServiceType.FullName == "OpenTelemetry.Trace.TracerProvider"));
    }

    private static IEnumerable<string> Checks(params (string, string)[] variables)
    {
        using var provider = Builder(variables).Services.BuildServiceProvider();
        return [.. provider.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(static check => check.Name)];
    }

    private static HostApplicationBuilder Builder((string, string)[] variables, params (string Key, string Value)[] host)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        foreach (var (key, value) in host) builder.Configuration[key] = value;
        builder.AddServerHealth(Loading.Load(environment: Loading.Variables(variables)).Configuration);
        return builder;
    }
}

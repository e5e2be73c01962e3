using Microsoft.Extensions.Configuration;
using Xunit;

namespace Sockudo.AppHost.Tests;

public sealed class AppHostOptionsTests
{
    [Fact]
    public void Nothing_said_is_three_servers_on_redis() => Assert.Equal(new AppHostOptions(Adapter.Redis, 3, BrokerForm.Auto, Compose: false), Read());

    [Theory]
    [InlineData("local", "Local")]
    [InlineData("redis", "Redis")]
    [InlineData("redis-sentinel", "RedisSentinel")]
    [InlineData("redis-cluster", "RedisCluster")]
    [InlineData("nats", "Nats")]
    [InlineData("NATS", "Nats")]
    public void An_adapter_is_chosen_by_its_name(string name, string expected) =>
        Assert.Equal(expected, Read(("Sockudo:Adapter", name)).Adapter.ToString());

    [Theory]
    [InlineData("auto", "Auto")]
    [InlineData("container", "Container")]
    [InlineData("Process", "Process")]
    public void How_a_broker_is_started_is_chosen_by_its_name(string name, string expected) =>
        Assert.Equal(expected, Read(("Sockudo:Brokers", name)).Brokers.ToString());

    [Fact]
    public void An_unknown_way_to_start_a_broker_is_refused_with_those_there_are()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Read(("Sockudo:Brokers", "podman")));

        Assert.Equal("Sockudo:Brokers must be one of auto, container, process; found 'podman'.", refused.Message);
    }

    [Fact]
    public void The_local_adapter_has_one_server() => Assert.Equal(1, Read(("Sockudo:Adapter", "local")).Replicas);

    [Fact]
    public void Servers_that_know_nothing_of_each_other_are_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Read(("Sockudo:Adapter", "local"), ("Sockudo:Replicas", "2")));

        Assert.Equal("Sockudo:Replicas must be 1 with the local adapter, whose servers know nothing of each other; found '2'.", refused.Message);
    }

    [Fact]
    public void An_unknown_adapter_is_refused_with_those_there_are()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Read(("Sockudo:Adapter", "kafka")));

        Assert.Equal("Sockudo:Adapter must be one of local, redis, redis-sentinel, redis-cluster, nats; found 'kafka'.", refused.Message);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("three")]
    public void A_number_of_servers_that_is_none_is_refused(string replicas) =>
        Assert.Throws<InvalidOperationException>(() => Read(("Sockudo:Replicas", replicas)));

    private static AppHostOptions Read(params (string Key, string Value)[] values) =>
        AppHostOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values.Select(static pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))).Build());
}

using Sockudo.Server.Configuration;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>The keys of the brokers reach their drivers' options.</summary>
public sealed class ClusterBindingTests
{
    [Theory]
    [InlineData("""{ "nodes": ["redis-1:7000"], "partitions": 3, "use_sharded_pubsub": true }""", 3)]
    [InlineData("""{ "nodes": ["redis-1:7000"], "use_sharded_pubsub": true }""", 1)]
    public void Partitions_are_those_of_redis_cluster(string section, int partitions)
    {
        var json = FileWith("adapter", $$"""{ "driver": "redis-cluster", "cluster": {{section}} }""");
        Assert.Equal(partitions, new ClusterBinding(Load(json).Configuration).Cluster("label").Partitions);
    }

    [Fact]
    public void Partitions_without_sharded_topics_are_refused() =>
        Assert.Contains(
            Load(FileWith("adapter", """{ "driver": "redis-cluster", "cluster": { "nodes": ["redis-1:7000"], "partitions": 2 } }""")).Errors,
            static error => error.Path == "adapter.cluster.partitions");

    [Fact]
    public void What_nobody_set_stays_open_for_a_connection_string()
    {
        var redis = Binding([]).Redis();
        Assert.Equal((null, null, null), (redis.Host, redis.Port, redis.Db));
    }

    [Fact]
    public void The_server_of_database_redis_is_bound()
    {
        var redis = Binding(Variables(("DATABASE_REDIS_HOST", "cache"), ("DATABASE_REDIS_PORT", "6380"), ("DATABASE_REDIS_PASSWORD", "p"), ("DATABASE_REDIS_DB", "2"))).Redis();
        Assert.Equal(("cache", 6380, "p", 2), (redis.Host, redis.Port!.Value, redis.Password, redis.Db!.Value));
    }

    [Fact]
    public void REDIS_URL_is_the_adapters_own_redis() =>
        Assert.Equal("redis://u:p@h:6379/1", Binding(Variables(("REDIS_URL", "redis://u:p@h:6379/1"))).RedisBackplane().Url);

    [Fact]
    public void A_connection_string_counts_when_no_key_says_where_redis_is() =>
        Assert.Equal("cache:6379,password=p", Binding(Variables(("ConnectionStrings__redis", "cache:6379,password=p"))).Redis().ConnectionString);

    [Fact]
    public void An_explicit_key_wins_over_a_connection_string() =>
        Assert.Null(Binding(Variables(("ConnectionStrings__redis", "cache:6379"), ("DATABASE_REDIS_HOST", "mine"))).Redis().ConnectionString);

    [Fact]
    public void Sentinels_and_their_password_are_bound()
    {
        var redis = new ClusterBinding(Load(FileWith("database.redis", """{ "sentinels": [ { "host": "s1", "port": 26379 }, { "host": "s2" } ], "sentinel_password": "sp", "name": "main" }""")).Configuration).Redis();
        Assert.Equal(["s1:26379", "s2:26379"], redis.Sentinels);
        Assert.Equal(("sp", "main"), (redis.SentinelPassword, redis.Name));
    }

    [Fact]
    public void Nodes_of_the_adapters_cluster_are_bound()
    {
        var cluster = Binding(Variables(("REDIS_CLUSTER_NODES", "r1:7000,r2:7001"))).RedisCluster();
        Assert.Equal(["r1:7000", "r2:7001"], cluster.Nodes);
    }

    [Fact]
    public void Nats_servers_and_token_are_bound()
    {
        var nats = Binding(Variables(("NATS_SERVERS", "nats://n1:4222,nats://n2:4222"), ("NATS_TOKEN", "t"), ("NATS_CONNECTION_TIMEOUT_MS", "700"))).Nats();
        Assert.Equal(["nats://n1:4222", "nats://n2:4222"], nats.Servers);
        Assert.Equal(("t", 700), (nats.Token, nats.ConnectionTimeoutMs));
    }

    [Theory]
    [InlineData("redis", "adapter.redis.prefix")]
    [InlineData("redis-cluster", "adapter.cluster.prefix")]
    [InlineData("nats", "adapter.nats.prefix")]
    public void Each_driver_has_its_own_prefix(string driver, string path)
    {
        var configuration = Load(FileWith(path, "\"blue:\""), Variables(("ADAPTER_DRIVER", driver))).Configuration;
        Assert.Equal("blue:", new ClusterBinding(configuration).Cluster("label").Prefix);
    }

    [Fact]
    public void The_secret_and_the_grace_are_bound()
    {
        var cluster = new ClusterBinding(Load(FileWith("presence.leave_grace_ms", "1500"), Variables(("ADAPTER_CLUSTER_SECRET", "s"))).Configuration).Cluster("label");
        Assert.Equal(("s", 1500), (cluster.Secret, cluster.LeaveGraceMs));
    }

    [Fact]
    public void The_ring_is_bound()
    {
        var file = FileWith("adapter", """{ "ring_bytes": 300000, "ring_age_ms": 90000 }""");
        var cluster = new ClusterBinding(Load(file, Variables(("ADAPTER_DRIVER", "redis"))).Configuration).Cluster("label");
        Assert.Equal((300_000, 90_000), (cluster.RingBytes, cluster.RingAgeMs));
    }

    private static ClusterBinding Binding(Dictionary<string, string> variables) => new(Load(environment: variables).Configuration);
}

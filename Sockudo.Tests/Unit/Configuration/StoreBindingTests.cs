using Sockudo.Server.Configuration;
using Sockudo.Server.RedisConnections;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>Which Redis the cache and the limiter use.</summary>
public sealed class StoreBindingTests
{
    [Fact]
    public void REDIS_URL_is_the_caches_redis_before_database_redis()
    {
        var environment = Variables(("CACHE_DRIVER", "redis"), ("REDIS_URL", "redis://:p@mine:6380/3"), ("DATABASE_REDIS_HOST", "other"));
        var binding = StoreBinding.Cache(Load(environment: environment).Configuration);

        Assert.Equal((StoreTopology.Server, "mine:6380"), (binding.Topology, RedisTargetResolver.Server(binding.Connection, binding.Url).ToString()));
    }

    [Fact]
    public void Without_an_override_it_is_that_of_database_redis_sentinels_included()
    {
        var json = $"{FileWith("cache", """{ "driver": "redis" }""")[..^1]}, \"database\": {{ \"redis\": {{ \"sentinels\": [ {{ \"host\": \"s1\", \"port\": 26379 }} ], \"name\": \"main\" }} }} }}";
        var binding = StoreBinding.Cache(Load(json).Configuration);

        Assert.Equal("main by the sentinels s1:26379", RedisTargetResolver.Server(binding.Connection, binding.Url).ToString());
    }

    [Fact]
    public void Cluster_mode_makes_the_override_a_node_of_a_cluster()
    {
        var binding = StoreBinding.Cache(Load(FileWith("cache", """{ "driver": "redis", "redis": { "url_override": "redis://r1:7000", "cluster_mode": true } }""")).Configuration);

        Assert.Equal((StoreTopology.Cluster, "the cluster of r1:7000"), (binding.Topology, RedisTargetResolver.Cluster(binding.Connection, binding.Nodes).ToString()));
    }

    [Fact]
    public void The_driver_redis_cluster_uses_the_clusters_nodes()
    {
        var environment = Variables(("RATE_LIMITER_DRIVER", "redis-cluster"), ("REDIS_CLUSTER_NODES", "r1:7000,r2:7001"));
        var binding = StoreBinding.RateLimiter(Load(environment: environment).Configuration);

        Assert.Equal("the cluster of r1:7000,r2:7001", RedisTargetResolver.Cluster(binding.Connection, binding.Nodes).ToString());
    }

    [Fact]
    public void Prefixes_are_those_of_the_original()
    {
        var configuration = Load(FileWith("cache.redis.prefix", "\"shop_cache:\"")).Configuration;

        Assert.Equal(("shop_cache:", "sockudo_rl:"), (StoreBinding.Cache(configuration).Prefix, StoreBinding.RateLimiter(configuration).Prefix));
    }

    [Fact]
    public void A_limiter_that_is_off_has_no_store() =>
        Assert.Equal(StoreTopology.None, StoreBinding.RateLimiter(Load(FileWith("rate_limiter", """{ "enabled": false, "driver": "redis" }""")).Configuration).Topology);

    [Fact]
    public void Sockets_fail_open_and_the_api_closed_unless_said_otherwise()
    {
        var byDefault = Load().Configuration.RateLimiter;
        var turned = Load(FileWith("rate_limiter", """{ "api_rate_limit": { "fail_open": true }, "websocket_rate_limit": { "fail_open": false } }""")).Configuration.RateLimiter;

        Assert.Equal((false, true, true, false), (byDefault.Api.FailOpen, byDefault.WebSocket.FailOpen, turned.Api.FailOpen, turned.WebSocket.FailOpen));
    }
}

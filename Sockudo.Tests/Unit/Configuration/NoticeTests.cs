using Sockudo.Server.Configuration.Commands;
using Sockudo.Server.Hosting;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class NoticeTests
{
    [Theory]
    [InlineData("cleanup.batch_size", "25", "cleanup.batch_size")]
    [InlineData("delta_compression.algorithm", "\"xdelta3\"", "delta_compression.algorithm")]
    [InlineData("tag_filtering.enabled", "true", "tag_filtering.enabled")]
    [InlineData("websocket.compression", "\"shared\"", "websocket.compression")]
    [InlineData("websocket.write_buffer_size", "1024", "websocket.write_buffer_size")]
    [InlineData("adapter.buffer_multiplier_per_cpu", "128", "adapter.buffer_multiplier_per_cpu")]
    [InlineData("app_manager.scylladb.keyspace", "\"apps\"", "app_manager.scylladb.keyspace")]
    public void A_key_without_effect_is_warned_about_with_a_fix(string path, string value, string named)
    {
        var warning = Assert.Single(Load(FileWith(path, value)).Warnings);
        Assert.StartsWith(named, warning.Text, StringComparison.Ordinal);
        Assert.NotEmpty(warning.Fix);
    }

    [Theory]
    [InlineData("delta_compression", """{ "enabled": false, "algorithm": "fossil" }""")]
    [InlineData("tag_filtering", """{ "enabled": false, "enable_tags": true }""")]
    [InlineData("websocket.compression", "\"disabled\"")]
    [InlineData("websocket.write_buffer_size", "16384")]
    [InlineData("http_api.accept_traffic.memory_threshold", "0.9")]
    [InlineData("path_prefix", "\"/realtime\"")]
    [InlineData("rate_limiter.api_rate_limit.identifier", "\"api\"")]
    public void A_key_that_asks_for_nothing_we_lack_is_silent(string path, string value) => Assert.Empty(Load(FileWith(path, value)).Warnings);

    [Fact]
    public void Defaults_are_never_warned_about() => Assert.Empty(Load().Warnings);

    [Fact]
    public void Keys_with_one_reason_share_a_line()
    {
        var warning = Assert.Single(Load(FileWith("cleanup", """{ "async_enabled": true, "batch_size": 25, "worker_threads": "auto" }""")).Warnings);
        Assert.StartsWith("cleanup.* has no effect", warning.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("REDIS_CONNECTION_POOL_SIZE", "10", "database.redis.connection_pool_size has no effect", "one multiplexed connection")]
    [InlineData("DATABASE_POOL_MIN", "2", "database_pooling.min has no effect", "keeps apps in memory")]
    [InlineData("DATABASE_POOL_MAX", "10", "database_pooling.max has no effect", "keeps apps in memory")]
    public void A_pool_of_the_original_is_warned_about_with_the_reason_at_start_and_by_check(string variable, string value, string said, string reason)
    {
        var result = Load(environment: Variables((variable, value)));
        using var check = new StringWriter();
        CheckReport.Write(result, check);
        Assert.All([string.Join('\n', StartupBanner.Format("1.0", result, null)), check.ToString()], text =>
        {
            Assert.Contains(said, text, StringComparison.Ordinal);
            Assert.Contains(reason, text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Delta_rules_of_an_app_are_warned_about() =>
        Assert.StartsWith("channel_delta_compression of app 'shop'", Assert.Single(Load(App("\"channel_delta_compression\": { \"ticker:*\": \"inherit\" }")).Warnings).Text, StringComparison.Ordinal);

    [Fact]
    public void Values_of_drivers_not_in_this_build_stay_reachable()
    {
        var held = Load(FileWith("adapter.cluster", """{ "nodes": ["redis-1:7000"], "request_timeout_ms": 5000, "use_sharded_pubsub": true }""")).Configuration.Held;
        Assert.Equal(5000L, held.Get("adapter.cluster.request_timeout_ms", 0L));
        Assert.True(held.Get("adapter.cluster.use_sharded_pubsub", false));
        Assert.Equal(["redis-1:7000"], held.Get<IReadOnlyList<string>>("adapter.cluster.nodes", []));
    }

    [Fact]
    public void Inert_keys_of_the_original_have_their_obvious_effect()
    {
        var configuration = Load(OneApp[..^1] + """, "path_prefix": "/realtime/", "http_api": { "accept_traffic": { "memory_threshold": 0.5 } }, "ssl": { "passphrase": "p", "ca_path": "ca.pem" } }""").Configuration;
        Assert.Equal("/realtime", configuration.Gateway.PathPrefix);
        Assert.Equal(0.5, configuration.HttpApi.MemoryThreshold);
        Assert.Equal(("p", "ca.pem"), (configuration.Listener.Ssl.Passphrase, configuration.Listener.Ssl.CaPath));
    }

    [Fact]
    public void The_memory_threshold_is_off_unless_it_is_set() => Assert.Null(Load().Configuration.HttpApi.MemoryThreshold);
}

using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class DriverTests
{
    [Theory]
    [InlineData("queue.driver", "sns", "QUEUE_DRIVER", "it has no client for SNS")]
    [InlineData("app_manager.driver", "mysql", "APP_MANAGER_DRIVER", "the only driver is memory")]
    public void A_driver_that_is_not_there_yet_stops_the_start(string path, string driver, string variable, string rest)
    {
        foreach (var (result, source) in new[] { (Load(FileWith(path, $"\"{driver}\"")), "config/config.json"), (Load(environment: Variables((variable, driver))), variable) })
        {
            var error = Assert.Single(result.Errors);
            Assert.Equal((path, source), (error.Path, error.Source));
            Assert.Contains($"'{driver}' is not in this build", error.Problem, StringComparison.Ordinal);
            Assert.Contains(rest, error.Problem, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_driver_of_a_limiter_that_is_switched_off_is_no_matter() =>
        Assert.Empty(Load(FileWith("rate_limiter", """{ "enabled": false, "driver": "redis-cluster" }""")).Errors);

    [Theory]
    [InlineData("cache")]
    [InlineData("rate_limiter")]
    public void A_cluster_nobody_named_a_node_of_stops_the_start(string section)
    {
        var error = Assert.Single(Load(FileWith(section, """{ "driver": "redis-cluster" }""")).Errors);
        Assert.Equal($"{section}.driver", error.Path);
        Assert.Contains("names no node", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_queue_is_in_memory_by_default() => Assert.Empty(Load().Errors);

    [Fact]
    public void The_limiter_is_off_unless_configured() => Assert.False(Load().Configuration.RateLimiter.Enabled);

    [Fact]
    public void The_limiter_is_on_when_the_file_has_its_section() => Assert.True(Load(FileWith("rate_limiter.api_rate_limit.max_requests", "500")).Configuration.RateLimiter.Enabled);

    [Fact]
    public void The_limiter_is_on_when_one_of_its_variables_is_set()
    {
        var result = Load(environment: Variables(("RATE_LIMITER_WS_MAX_REQUESTS", "500")));
        Assert.True(result.Configuration.RateLimiter.Enabled);
        Assert.Equal("RATE_LIMITER_WS_MAX_REQUESTS", result.Origin("rate_limiter.enabled").ToString());
    }

    [Fact]
    public void REDIS_URL_alone_does_not_switch_the_limiter_on() => Assert.False(Load(environment: Variables(("REDIS_URL", "redis://r:6379"))).Configuration.RateLimiter.Enabled);

    [Fact]
    public void A_section_that_says_off_stays_off() => Assert.False(Load(FileWith("rate_limiter", """{ "enabled": false, "api_rate_limit": { "max_requests": 5 } }""")).Configuration.RateLimiter.Enabled);

    [Fact]
    public void A_partial_limit_keeps_the_other_defaults()
    {
        var limiter = Load(FileWith("rate_limiter.websocket_rate_limit.window_seconds", "5")).Configuration.RateLimiter;
        Assert.Equal((20, 5), (limiter.WebSocket.MaxRequests, limiter.WebSocket.WindowSeconds));
    }

    [Fact]
    public void Trusted_hops_of_sockets_reach_their_limiter() =>
        Assert.Equal(2, Load(FileWith("rate_limiter.websocket_rate_limit.trust_hops", "2")).Configuration.RateLimiter.WebSocket.TrustHops);
}

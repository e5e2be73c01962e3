using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class UnknownKeyTests
{
    [Theory]
    [InlineData("websocket.pingInterval", "websocket.ping_interval")]
    [InlineData("prot", "port")]
    [InlineData("adaptor.driver", "adapter")]
    [InlineData("redis.sentinels", "database.redis")]
    [InlineData("metrics.prefix", "metrics.prometheus.prefix")]
    [InlineData("adapter.redis.key_prefix", "adapter.redis.prefix")]
    public void An_unknown_key_is_a_warning_with_the_nearest_known_one(string path, string suggestion)
    {
        var result = Load(FileWith(path, "\"x\""));
        Assert.True(result.IsValid);
        var warning = Assert.Single(result.Warnings);
        Assert.Contains("config/config.json", warning.Text, StringComparison.Ordinal);
        Assert.Equal($"did you mean {suggestion}?", warning.Fix);
    }

    [Fact]
    public void A_key_that_resembles_nothing_gets_no_guess() => Assert.DoesNotContain("did you mean", Assert.Single(Load(FileWith("versioned_history", "1")).Warnings).Fix, StringComparison.Ordinal);

    [Fact]
    public void An_unknown_property_of_an_app_is_a_warning_with_the_nearest_known_one()
    {
        var warning = Assert.Single(Load(App("\"enableClientMessages\": true")).Warnings);
        Assert.StartsWith("app_manager.array.apps[0].enableClientMessages", warning.Text, StringComparison.Ordinal);
        Assert.Equal("did you mean enable_client_messages?", warning.Fix);
    }

    [Fact]
    public void A_misspelt_variable_of_ours_is_a_warning_with_the_nearest_known_one() =>
        Assert.Equal("did you mean SOCKUDO_ENABLE_CLIENT_MESSAGES?", Assert.Single(Load(environment: Variables(("SOCKUDO_ENABLE_CLIENT_MESSAGE", "true"))).Warnings).Fix);
}

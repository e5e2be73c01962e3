using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Apps;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>What restricts and is not understood stops the start; what only adds is a warning.</summary>
public sealed class RestrictingKeyTests
{
    [Theory]
    [InlineData("websocket.max_mesages", "websocket.max_messages")]
    [InlineData("websocket.max_chanels", "websocket.max_channels")]
    [InlineData("cors.orgin", "cors.origin")]
    [InlineData("cors.origins", "cors.origin")]
    [InlineData("rate_limiter.enabeld", "rate_limiter.enabled")]
    [InlineData("rate_limiter.api_rate_limit.max_request", "rate_limiter.api_rate_limit.max_requests")]
    [InlineData("event_limits.max_payload_kb", "event_limits.max_payload_in_kb")]
    [InlineData("event_limits.maxBatchSizes", "event_limits.max_batch_size")]
    [InlineData("presence.max_members_per_chanel", "presence.max_members_per_channel")]
    [InlineData("http_api.replay_protecton", "http_api.replay_protection")]
    [InlineData("adapter.cluster_secert", "adapter.cluster_secret")]
    [InlineData("webhooks.block_private_network", "webhooks.block_private_networks")]
    [InlineData("allowed_origins", "app_manager.array.apps[].allowed_origins")]
    public void A_misspelt_restriction_of_the_file_stops_the_start_and_the_nearest_is_named(string path, string meant)
    {
        var error = Assert.Single(Load(FileWith(path, "1")).Errors);
        Assert.Equal((path, "config/config.json"), (error.Path, error.Source));
        Assert.Contains($"did you mean {meant}?", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("allowed_origin", "allowed_origins")]
    [InlineData("allow_origins", "allowed_origins")]
    [InlineData("allowedOrigins", "allowed_origins")]
    [InlineData("enabld", "enabled")]
    [InlineData("max_conections", "max_connections")]
    [InlineData("max_backend_event_per_second", "max_backend_events_per_second")]
    [InlineData("enable_user_authentification", "enable_user_authentication")]
    public void A_misspelt_restriction_of_an_app_stops_the_start_and_the_nearest_is_named(string name, string meant)
    {
        var error = Assert.Single(Load(App($"\"{name}\": 1")).Errors);
        Assert.Equal($"app_manager.array.apps[0].{name}", error.Path);
        Assert.Contains($"did you mean {meant}?", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_misspelt_filter_of_a_webhook_stops_the_start()
    {
        var error = Assert.Single(Load(App("""
            "webhooks": [ { "url": "https://h.example", "event_types": ["channel_occupied"], "filters": { "channel_prefix": "a" } } ]
            """)).Errors);
        Assert.Equal("app_manager.array.apps[0].webhooks[0].filters", error.Path);
        Assert.Contains("did you mean filter?", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rate_limitr", """{ "api_rate_limit": { "max_requests": 5 } }""", "rate_limitr.api_rate_limit.max_requests")]
    [InlineData("adaptor", """{ "driver": "local", "cluster_secret": "s" }""", "adaptor.cluster_secret")]
    [InlineData("limits", """{ "max_connections": 5 }""", "limits.max_connections")]
    public void A_restriction_within_a_section_nobody_knows_stops_the_start(string section, string value, string path) =>
        Assert.Equal(path, Assert.Single(Load(FileWith(section, value)).Errors).Path);

    [Fact]
    public void A_restriction_within_a_property_of_an_app_that_nobody_knows_stops_the_start() =>
        Assert.Equal("app_manager.array.apps[0].policy.limits.max_connections", Assert.Single(Load(App("""
            "policy": { "limits": { "max_connections": 5 } }
            """)).Errors).Path);

    [Fact]
    public void A_section_that_resembles_nothing_is_a_warning_although_it_can_be_switched_off() =>
        Assert.True(Load(FileWith("versioned_history", """{ "enabled": true, "depth": 3 }""")).IsValid);

    [Theory]
    [InlineData("SOCKUDO_DEFAULT_APP_MAX_CONNECTION", "SOCKUDO_DEFAULT_APP_MAX_CONNECTIONS")]
    [InlineData("SOCKUDO_DEFAULT_APP_ALLOWED_ORIGIN", "SOCKUDO_DEFAULT_APP_ALLOWED_ORIGINS")]
    [InlineData("CORS_ORIGIN", "CORS_ORIGINS")]
    [InlineData("RATE_LIMITER_API_MAX_REQEUST", "RATE_LIMITER_API_MAX_REQUESTS")]
    public void A_misspelt_variable_of_a_restriction_stops_the_start(string variable, string meant)
    {
        var error = Assert.Single(Load(environment: Variables((variable, "5"))).Errors);
        Assert.Equal(variable, error.Path);
        Assert.Contains($"did you mean {meant}?", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TLS_ENABLED")]
    [InlineData("KUBERNETES_SERVICE_PORT")]
    [InlineData("MAX_CONNECTIONS")]
    [InlineData("REDIS_PORT_6379_TCP")]
    public void A_variable_of_somebody_else_is_no_matter(string variable)
    {
        var result = Load(environment: Variables((variable, "5")));
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("METRICS_ENABLED", "maybe", "metrics.enabled")]
    [InlineData("WEBSOCKET_MAX_BYTES", "lots", "websocket.max_bytes")]
    [InlineData("RATE_LIMITER_ENABLED", "treu", "rate_limiter.enabled")]
    [InlineData("UNIX_SOCKET_PERMISSION_MODE", "888", "unix_socket.permission_mode")]
    [InlineData("CORS_ORIGINS", "https://a.example,*.*.example", "cors.origin")]
    public void A_variable_of_a_restriction_that_cannot_be_read_stops_the_start(string variable, string text, string path) =>
        Assert.Equal((path, variable), Assert.Single(Load(environment: Variables((variable, text))).Errors.Select(error => (error.Path, error.Source))));

    [Fact]
    public void Every_limit_and_switch_of_the_table_restricts()
    {
        var open = ConfigurationTable.Keys.Where(key => key is { Notice: null, Restricts: false })
            .Select(key => key.Path).Where(path => path.Contains(".max_", StringComparison.Ordinal) || path.EndsWith(".enabled", StringComparison.Ordinal) || path.EndsWith("_only", StringComparison.Ordinal));
        Assert.Empty(open);
        Assert.DoesNotContain(AppKeys.All, key => !key.Restricts && (key.Path.StartsWith("max_", StringComparison.Ordinal) || key.Path is "enabled" or "allowed_origins"));
    }
}

using Sockudo.Server.Apps;
using Sockudo.Server.Configuration.Apps;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class AppTests
{
    public static TheoryData<string> EveryProperty() => [.. AppKeys.All.Select(key => key.Path)];

    [Fact]
    public void Only_the_credentials_are_required()
    {
        var app = Assert.Single(Load().Configuration.AppManager.Apps);
        Assert.Equal(("shop", "shop-key", "shop-secret"), (app.Id, app.Key, app.Secret));
        Assert.Equal((0, false, true, 0), (app.MaxConnections, app.EnableClientMessages, app.Enabled, app.MaxClientEventsPerSecond));
        Assert.Equal((200, 200, 3600), (app.MaxChannelNameLength, app.MaxEventNameLength, app.CacheTtlSeconds));
        Assert.Null(app.MaxEventPayloadInKb);
        Assert.Null(app.AllowedOrigins);
        Assert.False(app.EnableSubscriptionCount);
    }

    [Fact]
    public void Numbers_may_be_text_and_null_is_the_same_as_nothing()
    {
        var app = Load(App("\"max_connections\": \"100\", \"max_event_batch_size\": 5, \"max_event_payload_in_kb\": null, \"enabled\": null")).Configuration.AppManager.Apps[0];
        Assert.Equal((100, 5), (app.MaxConnections, app.MaxEventBatchSize));
        Assert.Null(app.MaxEventPayloadInKb);
        Assert.True(app.Enabled);
    }

    [Fact]
    public void A_number_above_what_an_int_holds_is_cut() => Assert.Equal(int.MaxValue, Load(App("\"max_connections\": 4294967295")).Configuration.AppManager.Apps[0].MaxConnections);

    [Theory]
    [MemberData(nameof(EveryProperty))]
    public void A_property_of_the_wrong_type_stops_the_start_and_names_its_path(string property)
    {
        var json = """{ "app_manager": { "array": { "apps": [ { "id": "a", "key": "b", "secret": "c" }, { "id": "shop", "key": "shop-key", "secret": "shop-secret", "PROPERTY": { } } ] } } }"""
            .Replace("PROPERTY", property, StringComparison.Ordinal);
        Assert.Contains(Load(json).Errors, error => error.Path == $"app_manager.array.apps[1].{property}" && error.Problem.StartsWith("expected", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("key")]
    [InlineData("secret")]
    public void A_missing_credential_stops_the_start(string property)
    {
        var json = """{ "app_manager": { "array": { "apps": [ { "id": "a", "key": "b", "secret": "c" } ] } } }""".Replace($"\"{property}\"", "\"zzzzzz\"", StringComparison.Ordinal);
        Assert.Equal($"app_manager.array.apps[0].{property}", Assert.Single(Load(json).Errors).Path);
    }

    [Theory]
    [InlineData("id", "app_manager.array.apps[1].id")]
    [InlineData("key", "app_manager.array.apps[1].key")]
    public void Two_apps_with_one_id_or_key_stop_the_start(string same, string path)
    {
        var json = """{ "app_manager": { "array": { "apps": [ { "id": "a", "key": "x", "secret": "c" }, { "id": "b", "key": "y", "secret": "c" } ] } } }""";
        json = same == "id" ? json.Replace("\"b\"", "\"a\"", StringComparison.Ordinal) : json.Replace("\"y\"", "\"x\"", StringComparison.Ordinal);
        var error = Assert.Single(Load(json).Errors);
        Assert.Equal(path, error.Path);
        Assert.Contains("app_manager.array.apps[0]", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_malformed_origin_pattern_stops_the_start() =>
        Assert.Equal("app_manager.array.apps[0].allowed_origins", Assert.Single(Load(App("\"allowed_origins\": [\"https://*.*.example\"]")).Errors).Path);

    [Fact]
    public void The_error_names_the_one_pattern_that_is_wrong_and_what_is_wrong_with_it()
    {
        const string Said = "found origin pattern 'https://user@b.example' has user information";
        var file = Load(App("\"allowed_origins\": [\"a.example\", \"https://user@b.example\", \"c.example\"]"));
        Assert.Contains(Said, Assert.Single(file.Errors).Problem, StringComparison.Ordinal);
        var variable = Load(environment: Variables(("CORS_ORIGINS", "https://a.example, https://user@b.example")));
        var messages = variable.Errors.Select(static error => error.Problem).Concat(variable.Warnings.Select(static warning => warning.Text));
        Assert.Contains(messages, static text => text.Contains(Said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""[ { "url": "ftp://ada:hunter2@shop.example/hook", "event_types": ["member_added"] } ]""")]
    [InlineData("""[ { "url": ["https://ada:hunter2@shop.example"], "event_types": ["member_added"] } ]""")]
    [InlineData("""[ "https://ada:hunter2@shop.example" ]""")]
    [InlineData("\"https://ada:hunter2@shop.example\"")]
    public void The_refusal_of_a_webhook_does_not_show_the_password_of_its_URL(string webhooks)
    {
        var error = Assert.Single(Load(App($"\"webhooks\": {webhooks}")).Errors);
        Assert.DoesNotContain("hunter2", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Origin_patterns_reach_the_app() => Assert.True(Load(App("\"allowed_origins\": [\"*.shop.example\"]")).Configuration.AppManager.Apps[0].AllowedOrigins!.Allows("https://www.shop.example"));

    [Fact]
    public void Global_limits_of_the_file_fill_the_gaps_of_apps()
    {
        const string Limits =
            """
            , "channel_limits": { "max_name_length": 50, "cache_ttl": 60 },
            "event_limits": { "max_channels_at_once": 7, "max_name_length": 40, "max_payload_in_kb": 9, "max_batch_size": 3 },
            "presence": { "max_members_per_channel": 11, "max_member_size_in_kb": 2 } }
            """;
        var app = Load(App("\"max_event_batch_size\": 5")[..^1] + Limits).Configuration.AppManager.Apps[0];
        Assert.Equal((50, 60, 7, 40, 9), (app.MaxChannelNameLength, app.CacheTtlSeconds, app.MaxEventChannelsAtOnce, app.MaxEventNameLength, app.MaxEventPayloadInKb));
        Assert.Equal((11, 2), (app.MaxPresenceMembersPerChannel, app.MaxPresenceMemberSizeInKb));
        Assert.Equal(5, app.MaxEventBatchSize);
    }

    [Fact]
    public void Production_without_an_app_does_not_start_and_says_how_to_give_one()
    {
        var error = Assert.Single(Load("{}").Errors);
        Assert.Equal("app_manager.array.apps", error.Path);
        Assert.Contains("SOCKUDO_DEFAULT_APP_ID", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Development_without_an_app_has_the_demo_app()
    {
        var app = Assert.Single(Load("{}", environmentName: "Development").Configuration.AppManager.Apps);
        Assert.Equal(("app-id", "app-key", "app-secret"), (app.Id, app.Key, app.Secret));
    }

    [Fact]
    public void The_demo_app_is_not_added_to_configured_ones() => Assert.Equal("shop", Assert.Single(Load(environmentName: "Development").Configuration.AppManager.Apps).Id);

    [Fact]
    public void The_public_example_secret_is_warned_about_in_Production() =>
        Assert.Contains("public examples", Assert.Single(Load(OneApp.Replace("shop-secret", "app-secret", StringComparison.Ordinal)).Warnings).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("""[ { "url": "https://shop.example/hook", "event_types": ["channel_occupied"], "filter": { "channel_prefix": "private-" }, "headers": { "X-A": "b" } } ]""", null)]
    [InlineData("""[ { "lambda": { "function_name": "f", "region": "eu-west-1" }, "event_types": ["member_added"] } ]""", "webhooks[0].lambda")]
    [InlineData("""[ { "lambda_function": "f", "event_types": ["member_added"] } ]""", "webhooks[0].lambda_function")]
    [InlineData("""{ }""", "webhooks")]
    [InlineData("""[ "https://shop.example" ]""", "webhooks[0]")]
    [InlineData("""[ { "url": "shop.example", "event_types": ["member_added"] } ]""", "webhooks[0].url")]
    [InlineData("""[ { "url": "ftp://shop.example", "event_types": ["member_added"] } ]""", "webhooks[0].url")]
    [InlineData("""[ { "event_types": ["member_added"] } ]""", "webhooks[0].url")]
    [InlineData("""[ { "url": "https://shop.example" } ]""", "webhooks[0].event_types")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": [] } ]""", "webhooks[0].event_types")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": "all" } ]""", "webhooks[0].event_types")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": [1] } ]""", "webhooks[0].event_types[0]")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": ["member_added"], "headers": { "X-A": 1 } } ]""", "webhooks[0].headers.X-A")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": ["member_added"], "filter": { "channel_prefix": 1 } } ]""", "webhooks[0].filter.channel_prefix")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": ["member_added"], "headers": { "X A": "b" } } ]""", "webhooks[0].headers.X A")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": ["member_added"], "headers": { "X-Pusher-Signature": "b" } } ]""", "webhooks[0].headers.X-Pusher-Signature")]
    [InlineData("""[ { "url": "https://shop.example", "event_types": ["member_added"], "headers": { "X-A": "b\r\nX-B: c" } } ]""", "webhooks[0].headers.X-A")]
    public void Webhooks_are_checked_in_full(string webhooks, string? wrong)
    {
        var result = Load(App($"\"webhooks\": {webhooks}"));
        if (wrong is null)
        {
            Assert.Empty(result.Errors);
            Assert.Empty(result.Warnings);
            var endpoint = Assert.Single(result.Configuration.AppManager.Apps[0].Webhooks.Endpoints);
            Assert.Equal(("https://shop.example/hook", WebhookEventTypes.ChannelOccupied), (endpoint.Url.AbsoluteUri, endpoint.Events));
            Assert.Equal([new("X-A", "b")], endpoint.Headers);
            Assert.True(endpoint.Filter!.Matches("private-a"));
        }
        else
        {
            Assert.Equal($"app_manager.array.apps[0].{wrong}", Assert.Single(result.Errors).Path);
        }
    }

    [Fact]
    public void Webhooks_without_a_queue_are_warned_about()
    {
        var json = App("\"webhooks\": [ { \"url\": \"https://shop.example\", \"event_types\": [\"member_added\"] } ]")[..^1] + """, "queue": { "driver": "none" } }""";
        Assert.Contains("not delivered: queue.driver is none", Assert.Single(Load(json).Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_type_nobody_knows_is_a_warning()
    {
        var result = Load(App("""
            "webhooks": [ { "url": "https://shop.example", "event_types": ["channel_ocupied"] } ]
            """));
        Assert.True(result.IsValid);
        Assert.Contains(result.Warnings, warning => warning.Text.Contains("webhooks[0].event_types[0]", StringComparison.Ordinal));
    }
}

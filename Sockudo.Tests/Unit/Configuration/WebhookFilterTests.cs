using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>What of a webhook's filter is understood, and that nothing else lets the server start.</summary>
public sealed class WebhookFilterTests
{
    [Theory]
    [InlineData("""{ "channel_prefix": "private-" }""", "private-a", "news")]
    [InlineData("""{ "channel_suffix": "-eu" }""", "news-eu", "news")]
    [InlineData("""{ "channel_pattern": "^news-[0-9]+$" }""", "news-1", "news-a")]
    [InlineData("""{ "channel_name_starts_with": "private-" }""", "private-a", "news")]
    [InlineData("""{ "channel_name_ends_with": "-eu" }""", "news-eu", "news")]
    [InlineData("""{ "channel_name_starts_with": "private-", "channel_suffix": "-eu" }""", "private-a-eu", "private-a")]
    public void Soketis_names_filter_as_ours_do(string filter, string told, string untold)
    {
        var result = Load(App(filter));
        Assert.True(result.IsValid);
        var endpoint = Assert.Single(Assert.Single(result.Configuration.AppManager.Apps).Webhooks.Endpoints);
        Assert.Equal((true, false), (endpoint.Filter!.Matches(told), endpoint.Filter.Matches(untold)));
    }

    [Theory]
    [InlineData("""{ "channel_prefx": "a" }""", "filter.channel_prefx", "did you mean channel_prefix?")]
    [InlineData("""{ "channelSuffix": "a" }""", "filter.channelSuffix", "did you mean channel_suffix?")]
    [InlineData("""{ "channel_name_start_with": "a" }""", "filter.channel_name_start_with", "did you mean channel_name_starts_with?")]
    [InlineData("""{ "channel_prefx": null }""", "filter.channel_prefx", "did you mean channel_prefix?")]
    [InlineData("""{ "room": "a" }""", "filter.room", "there are channel_prefix, channel_suffix, channel_pattern")]
    [InlineData("""{ "channel_prefix": "a", "channel_name_starts_with": "b" }""", "filter.channel_name_starts_with", "once")]
    [InlineData("""{ "channel_prefix": 1 }""", "filter.channel_prefix", "expected text")]
    [InlineData("""{ "channel_pattern": "a(" }""", "filter.channel_pattern", "at character 2")]
    [InlineData("""{ "channel_pattern": "^(?!staging-)([a-z]+)+-public$" }""", "filter.channel_pattern", "a negative lookahead (?! at character 2.")]
    [InlineData("""{ "channel_pattern": "^(a)\\1$" }""", "filter.channel_pattern", "a reference to a group (\\1) at character 5")]
    [InlineData("""{ "channel_pattern": "(a{1000}){1000}" }""", "filter.channel_pattern", "more than 500 steps")]
    [InlineData("""{ "channel_pattern": "(?!x)a" }""", "filter.channel_pattern", "channel_prefix and channel_suffix")]
    [InlineData("""{}, "channel_prefix": "a" """, "channel_prefix", "webhooks[0].filter.channel_prefix?")]
    [InlineData("""{}, "channel_name_starts_wth": "a" """, "channel_name_starts_wth", "webhooks[0].filter.channel_name_starts_with?")]
    public void What_is_not_understood_of_a_filter_stops_the_start(string filter, string path, string says)
    {
        var error = Assert.Single(Load(App(filter)).Errors);
        Assert.Equal($"app_manager.array.apps[0].webhooks[0].{path}", error.Path);
        Assert.Contains(says, error.Problem, StringComparison.Ordinal);
    }

    private static string App(string filter) =>
        """{ "app_manager": { "array": { "apps": [ { "id": "1", "key": "k", "secret": "s", "webhooks": [ """
        + $$"""{ "url": "https://shop.example", "event_types": ["channel_occupied"], "filter": {{filter}} } ] } ] } } }""";
}

using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Commands;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>Texts as files and secret stores leave them: a line end is cut off, other white space and quotes are told.</summary>
public sealed class TextTests
{
    public static TheoryData<string> LineEnds => ["\n", "\r", "\r\n", "\n\n"];

    [Theory]
    [MemberData(nameof(LineEnds))]
    public void A_line_end_behind_a_text_is_cut_off_wherever_it_comes_from(string end)
    {
        var escaped = end.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        var file = Load(OneApp.Replace("shop-secret", "shop-secret" + escaped, StringComparison.Ordinal).Replace("\"shop\"", $"\"shop{escaped}\"", StringComparison.Ordinal));
        var environment = Load(json: null, Variables(
            ("SOCKUDO_DEFAULT_APP_ID", "shop" + end), ("SOCKUDO_DEFAULT_APP_KEY", "shop-key" + end), ("SOCKUDO_DEFAULT_APP_SECRET", "shop-secret" + end)));
        foreach (var result in new[] { file, environment })
        {
            var app = Assert.Single(result.Configuration.AppManager.Apps);
            Assert.Equal(("shop", "shop-key", "shop-secret"), (app.Id, app.Key, app.Secret));
            Assert.Empty(result.Warnings);
        }

        var redis = Load(environment: Variables(
            ("DATABASE_REDIS_PASSWORD", "pw" + end), ("ConnectionStrings__redis", "h:6379,password=pw" + end), ("Aspire__StackExchange__Redis__redis__ConfigurationOptions__User", "u" + end)));
        Assert.Equal("pw", redis.Configuration.Held.Find("database.redis.password"));
        Assert.Equal("h:6379,password=pw", redis.Configuration.Held.Find("ConnectionStrings:redis"));
        Assert.Equal("u", redis.Configuration.Held.Find("Aspire:StackExchange:Redis:redis:ConfigurationOptions:User"));
        Assert.Empty(redis.Warnings);
    }

    [Theory]
    [InlineData("s ", "ends with white space")]
    [InlineData(" s", "begins with white space")]
    [InlineData("\ts\u00a0", "begins and ends with white space")]
    [InlineData("\uFEFFs", "begins with white space")]
    [InlineData("\"s\"", "has quotes around the whole value")]
    [InlineData("'s'", "has quotes around the whole value")]
    [InlineData("s \r\n", "ends with white space")]
    public void Other_white_space_and_quotes_are_told_by_the_path_and_never_by_the_value(string secret, string remark)
    {
        var (app, redis) = ("SOCKUDO_DEFAULT_APP_SECRET", "DATABASE_REDIS_PASSWORD");
        var result = Load(json: null, Variables(("SOCKUDO_DEFAULT_APP_ID", "a"), ("SOCKUDO_DEFAULT_APP_KEY", "b"), (app, secret), (redis, secret)));
        Assert.Equal(
            [$"database.redis.password ({redis}) {remark}; it is taken as it stands.", $"SOCKUDO_DEFAULT_APP_*.secret ({app}) {remark}; it is taken as it stands."],
            result.Warnings.Select(warning => warning.Text));
    }

    [Fact]
    public void Check_tells_it_too_and_shows_the_value_in_quotes()
    {
        using var output = new StringWriter();
        var json = OneApp.Replace("shop-key", "shop-key ", StringComparison.Ordinal);
        Assert.Equal(0, CommandRunner.Run(CommandLine.Parse(["check"]), () => Load(json), "1.0", output, output, out _));
        Assert.Contains("app_manager.array.apps[0].key = \"shop-key \"   (config/config.json)", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("app_manager.array.apps[0].key (config/config.json) ends with white space", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id", "a\\nb", "U+000A", 2)]
    [InlineData("key", "a\\u0000", "U+0000", 2)]
    [InlineData("key", "\\u007fa", "U+007F", 1)]
    [InlineData("id", "\\na", "U+000A", 1)]
    public void An_id_or_key_with_a_control_character_stops_the_start(string property, string text, string code, int position)
    {
        var json = OneApp.Replace($"\"{property}\": \"shop{(property == "key" ? "-key" : "")}\"", $"\"{property}\": \"{text}\"", StringComparison.Ordinal);
        Assert.Equal(
            $"app_manager.array.apps[0].{property}: expected text that can be printed, found a control character ({code}) at position {position}. (set by config/config.json)",
            Assert.Single(Load(json).Errors).ToString());
    }

    [Fact]
    public void A_variable_of_nothing_but_a_line_end_counts_as_not_set() => Assert.Null(Load(environment: Variables(("INSTANCE_PROCESS_ID", "\n"))).Configuration.Server.ProcessId);

    [Fact]
    public void Every_text_of_the_table_is_read_that_way()
    {
        var kept = ConfigurationTable.Keys.Where(key => key.TypeName is "text" or "text or null").Where(key =>
        {
            var configuration = new ServerConfiguration();
            key.TryApplyText("value\r\n", configuration);
            return key.Display(configuration) != "value" || !key.Texts(configuration).SequenceEqual(["value"]);
        });
        Assert.Empty(kept.Select(key => key.Path));
    }
}

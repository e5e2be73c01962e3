using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class PrecedenceTests
{
    [Fact]
    public void Without_a_file_and_variables_every_value_is_a_default()
    {
        var result = Load(json: null, environmentName: "Development");
        Assert.Empty(result.Origins);
        Assert.Null(result.File);
        Assert.Equal(6001, result.Configuration.Listener.Port);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public void The_file_of_the_working_directory_is_read()
    {
        var result = Load(FileWith("activity_timeout", "77"));
        Assert.Equal(77, result.Configuration.Gateway.ActivityTimeout);
        Assert.Equal("config/config.json", result.Origin("activity_timeout").ToString());
    }

    [Fact]
    public void A_named_file_replaces_the_other_as_a_whole()
    {
        var result = Load(FileWith("activity_timeout", "77"), named: FileWith("port", "7001"));
        Assert.Equal(7001, result.Configuration.Listener.Port);
        Assert.Equal(120, result.Configuration.Gateway.ActivityTimeout);
        Assert.Equal("other.json", result.Origin("port").ToString());
    }

    [Fact]
    public void A_variable_wins_over_the_file()
    {
        var result = Load(FileWith("port", "7001"), Variables(("PORT", "7002")));
        Assert.Equal(7002, result.Configuration.Listener.Port);
        Assert.Equal("PORT", result.Origin("port").ToString());
    }

    [Fact]
    public void An_empty_variable_leaves_the_file_alone()
    {
        var result = Load(FileWith("port", "7001"), Variables(("PORT", "")));
        Assert.Equal(7001, result.Configuration.Listener.Port);
        Assert.Empty(result.Warnings);
    }

    [Theory]
    [InlineData("adapter.redis.redis_pub_options.url")]
    [InlineData("adapter.redis.redis_sub_options.url")]
    [InlineData("cache.redis.url_override")]
    [InlineData("queue.redis.url_override")]
    [InlineData("rate_limiter.redis.url_override")]
    public void REDIS_URL_wins_over_every_other_key_for_a_component(string path)
    {
        var result = Load(FileWith(path, "\"redis://file:1\""), Variables(("REDIS_URL", "redis://everywhere:6379/2"), ("ADAPTER_REDIS_URL", "redis://adapter:1")));
        Assert.Equal("redis://everywhere:6379/2", result.Configuration.Held.Find(path));
        Assert.Equal("REDIS_URL", result.Origin(path).ToString());
    }

    [Fact]
    public void REDIS_URL_does_not_touch_the_database_section()
    {
        var result = Load(environment: Variables(("REDIS_URL", "redis://everywhere:6379/2")));
        Assert.True(result.Origin("database.redis.host").IsDefault);
    }

    [Fact]
    public void A_named_file_that_does_not_exist_stops_the_start()
    {
        var result = Sockudo.Server.Configuration.ConfigurationLoader.Load(new(Path.GetTempPath(), new Dictionary<string, string>(), "Production", "no-such-file.json"));
        Assert.Equal("no-such-file.json", Assert.Single(result.Errors).Path);
        Assert.Contains("there is no such file", result.Errors[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_JSON_stops_the_start_and_names_the_line()
    {
        var result = Load("{\n  \"port\": 7001,\n  \"host\" \"x\"\n}");
        var error = Assert.Single(result.Errors);
        Assert.Equal("config/config.json", error.Path);
        Assert.Contains("line 3", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_an_object_stops_the_start() => Assert.Contains("expected an object", Assert.Single(Load("[]").Errors).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("{ \"host\": \"\\ud800\" }")]
    [InlineData("{ \"\\ud800\": 1 }")]
    [InlineData("{ \"app_manager\": { \"array\": { \"apps\": [ { \"id\": \"\\ud800\" } ] } } }")]
    public void Half_of_a_surrogate_pair_stops_the_start(string json) => Assert.Equal("config/config.json", Assert.Single(Load(json).Errors).Path);

    [Fact]
    public void Comments_trailing_commas_and_a_byte_order_mark_are_fine() =>
        Assert.Equal(7001, Load("\uFEFF{ // the port\n \"port\": 7001, }", environmentName: "Development").Configuration.Listener.Port);
}

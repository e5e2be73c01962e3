using Sockudo.Server.Configuration;
using Sockudo.Server.Configuration.Apps;
using Sockudo.Server.Configuration.Commands;
using Sockudo.Server.Configuration.Keys;
using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class CheckTests
{
    [Fact]
    public void It_prints_every_key_with_value_and_origin()
    {
        var report = Report(Load(FileWith("activity_timeout", "77"), Variables(("PORT", "7002"))));
        Assert.Contains("activity_timeout = 77   (config/config.json)", report, StringComparison.Ordinal);
        Assert.Contains("port = 7002   (PORT)", report, StringComparison.Ordinal);
        Assert.Contains("websocket.max_messages = 1000   (default)", report, StringComparison.Ordinal);
        Assert.All(ConfigurationTable.Keys, key => Assert.Contains($"\n{key.Path} = ", report, StringComparison.Ordinal));
    }

    [Fact]
    public void It_prints_apps_with_the_limits_in_force()
    {
        var report = Report(Load(FileWith("event_limits.max_batch_size", "9")));
        Assert.Contains("app_manager.array.apps[0].id = shop   (config/config.json)", report, StringComparison.Ordinal);
        Assert.Contains("app_manager.array.apps[0].max_event_batch_size = 9   (event_limits.max_batch_size, config/config.json)", report, StringComparison.Ordinal);
        Assert.Contains("app_manager.array.apps[0].max_event_payload_in_kb = no limit   (default)", report, StringComparison.Ordinal);
        Assert.All(AppKeys.All, key => Assert.Contains($"app_manager.array.apps[0].{key.Path} = ", report, StringComparison.Ordinal));
    }

    [Fact]
    public void It_masks_every_secret()
    {
        var environment = Variables(
            ("REDIS_URL", "redis://user:hunter2@host:6379/0"), ("DATABASE_REDIS_PASSWORD", "hunter2"), ("NATS_PASSWORD", "hunter2"), ("NATS_TOKEN", "hunter2"),
            ("NATS_SERVERS", "nats://u:hunter2@n1:4222,nats://u:hunter2@n2:4222"), ("DATABASE_MYSQL_PASSWORD", "hunter2"), ("DATABASE_POSTGRES_PASSWORD", "hunter2"), ("AWS_SECRET_ACCESS_KEY", "hunter2"),
            ("DATABASE_REDIS_CLUSTER_PASSWORD", "hunter2"), ("ConnectionStrings__redis", "h:6379,password=hunter2,ssl=true"), ("ConnectionStrings__nats", "nats://u:hunter2@n:4222"),
            ("REDIS_CLUSTER_NODES", "rediss://u:hunter2@r1:7000"), ("SOCKUDO_DEFAULT_APP_ID", "a"), ("SOCKUDO_DEFAULT_APP_KEY", "b"), ("SOCKUDO_DEFAULT_APP_SECRET", "hunter2"));
        var json = OneApp[..^1].Replace("shop-secret", "hunter2", StringComparison.Ordinal)
            + """, "ssl": { "passphrase": "hunter2" }, "database": { "redis": { "sentinel_password": "hunter2" }, "scylladb": { "password": "hunter2" } } }""";
        var report = Report(Load(json, environment));
        Assert.DoesNotContain("hunter2", report, StringComparison.Ordinal);
        Assert.Contains("cache.redis.url_override = redis://********@host:6379/0", report, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:redis = h:6379,password=********,ssl=true", report, StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_with_1_and_every_error_for_a_wrong_file()
    {
        using var output = new StringWriter();
        Assert.Equal(1, CommandRunner.Run(CommandLine.Parse(["check"]), () => Load(FileWith("port", "\"x\"")), "1.0", output, output, out _));
        Assert.Contains("port: expected an integer from 0 to 65535, found the text \"x\". (set by config/config.json)", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_ends_with_0_and_the_warnings_for_a_file_that_is_fine()
    {
        using var output = new StringWriter();
        Assert.Equal(0, CommandRunner.Run(CommandLine.Parse(["check"]), () => Load(FileWith("prot", "1")), "1.0", output, output, out _));
        Assert.Contains("did you mean port?", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("The configuration is valid.", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://u:p@h:6379/1", "redis://********@h:6379/1")]
    [InlineData("redis://u:p@s?x@h:6379", "redis://********@h:6379")]
    [InlineData("redis+sentinel://:p@s1:26379/mymaster/0?password=q", "redis+sentinel://********@s1:26379/mymaster/0?********")]
    [InlineData("u:p@redis-1:7000", "********@redis-1:7000")]
    [InlineData("h:6379,user=u,Password=p@q,ssl=true", "h:6379,user=********,Password=********,ssl=true")]
    [InlineData("redis.internal", "redis.internal")]
    [InlineData("unset", "unset")]
    public void The_secret_part_of_an_address_is_masked(string address, string shown) => Assert.Equal(shown, SecretMask.Apply(address, Secrecy.Url));

    private static string Report(ConfigurationResult result)
    {
        using var output = new StringWriter { NewLine = "\n" };
        CheckReport.Write(result, output);
        return output.ToString();
    }
}

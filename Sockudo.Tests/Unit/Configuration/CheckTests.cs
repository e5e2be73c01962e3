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
    [InlineData("redis://:a,b c@h:6379/0", "redis://********@h:6379/0")]
    [InlineData("redis://:a, b@h:6379", "redis://********@h:6379")]
    [InlineData("redis://u:p@x@h:6379", "redis://********@h:6379")]
    [InlineData("redis://u:p://q@h:6379", "redis://********@h:6379")]
    [InlineData("redis://h:6379/0?password=p@q", "redis://********")]
    [InlineData("redis://h:6379/0?db=1&password=p,q", "redis://h:6379/0?********")]
    [InlineData("h:6379,password=p,q", "h:6379,password=********")]
    [InlineData("h:6379,password=p,q,ssl=true", "h:6379,password=********,ssl=true")]
    [InlineData("h:6379,h2:6380,password= p, q=r,name=n", "h:6379,h2:6380,password=********,name=n")]
    [InlineData("h:6379,password=a://b,ssl=true", "h:6379,password=********,ssl=true")]
    [InlineData("h:6379,pasword=p,q", "h:6379,********")]
    [InlineData("u:p=q@h:7000", "********")]
    [InlineData("redis.internal", "redis.internal")]
    [InlineData("unset", "unset")]
    public void The_secret_part_of_an_address_is_masked(string address, string shown) => Assert.Equal(shown, SecretMask.Apply(address, Secrecy.Url));

    [Theory]
    [InlineData("DATABASE_REDIS_PASSWORD", "a,hunter2")]
    [InlineData("DATABASE_REDIS_PASSWORD", "a, hunter2")]
    [InlineData("REDIS_URL", "redis://:a,hunter2@h:6379")]
    [InlineData("REDIS_URL", "redis://:a, hunter2@h:6379")]
    [InlineData("REDIS_URL", "redis://h:6379?password=a,hunter2")]
    [InlineData("REDIS_URL", "redis://h:6379?password=a@hunter2")]
    [InlineData("REDIS_URL", "redis+sentinel://:a,hunter2@s1:1,s2:2/main?password=b,hunter2")]
    [InlineData("DATABASE_REDIS_HOST", "redis://u:a,hunter2@h")]
    [InlineData("ConnectionStrings__redis", "h:6379,password=a,hunter2")]
    [InlineData("ConnectionStrings__redis", "h:6379,password=a, hunter2,ssl=true")]
    [InlineData("ConnectionStrings__redis", "redis://:a, hunter2@h:6379")]
    [InlineData("Aspire__StackExchange__Redis__redis__ConnectionString", "h:6379,user=u,hunter2,password=b")]
    [InlineData("ConnectionStrings__nats", "nats://u:a, hunter2@n:4222")]
    [InlineData("NATS_SERVERS", "nats://u:12,hunter2@n:4222")]
    [InlineData("NATS_SERVERS", "nats://n1:4222,nats://hunter2:12,34@n:4222")]
    [InlineData("REDIS_CLUSTER_NODES", "redis://hunter2:7,8@r:7000")]
    [InlineData("QUEUE_SQS_ENDPOINT_URL", "http://u:hunter2@q:9324")]
    public void No_part_of_a_secret_is_shown_whatever_stands_in_it(string variable, string value)
    {
        var result = Load(environment: Variables((variable, value)));
        Assert.DoesNotContain("hunter2", Report(result), StringComparison.Ordinal);
    }

    private static string Report(ConfigurationResult result)
    {
        using var output = new StringWriter { NewLine = "\n" };
        CheckReport.Write(result, output);
        return output.ToString();
    }
}

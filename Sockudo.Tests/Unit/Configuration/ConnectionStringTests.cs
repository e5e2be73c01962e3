using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

public sealed class ConnectionStringTests
{
    private const string Redis = "localhost:6380,password=p";

    [Theory]
    [InlineData("ConnectionStrings__redis")]
    [InlineData("CONNECTIONSTRINGS__REDIS")]
    public void It_wins_over_the_defaults(string variable) => Assert.Equal(Redis, Load(environment: Variables((variable, Redis))).Configuration.RedisConnectionString);

    [Theory]
    [InlineData("DATABASE_REDIS_HOST", "redis.internal")]
    [InlineData("REDIS_URL", "redis://redis.internal:6379")]
    [InlineData("REDIS_CLUSTER_NODES", "redis-1:7000")]
    public void A_variable_that_says_where_Redis_is_wins(string variable, string value)
    {
        var result = Load(environment: Variables(("ConnectionStrings__redis", Redis), (variable, value)));
        Assert.Null(result.Configuration.RedisConnectionString);
        Assert.Contains("ConnectionStrings:redis is not used", Assert.Single(result.Warnings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_of_the_file_wins() => Assert.Null(Load(FileWith("database.redis.host", "\"redis\""), Variables(("ConnectionStrings__redis", Redis))).Configuration.RedisConnectionString);

    [Fact]
    public void Keys_that_do_not_say_where_Redis_is_leave_it() =>
        Assert.Equal(Redis, Load(FileWith("database.redis", """{ "key_prefix": "x:", "sentinels": [] }"""), Variables(("ConnectionStrings__redis", Redis))).Configuration.RedisConnectionString);

    [Fact]
    public void NATS_has_one_too()
    {
        var environment = Variables(("ConnectionStrings__nats", "nats://nats:p@localhost:4222"));
        Assert.Equal("nats://nats:p@localhost:4222", Load(environment: environment).Configuration.NatsConnectionString);
        Assert.Null(Load(FileWith("adapter.nats.servers", "[\"nats://n:4222\"]"), environment).Configuration.NatsConnectionString);
    }
}

using Sockudo.Server.Configuration;
using Sockudo.Server.RedisConnections;
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

    [Theory]
    [InlineData("Aspire__StackExchange__Redis__ConnectionString")]
    [InlineData("Aspire__StackExchange__Redis__redis__ConnectionString")]
    [InlineData("ASPIRE__STACKEXCHANGE__REDIS__REDIS__CONNECTIONSTRING")]
    public void The_sections_of_Aspires_Redis_client_have_one(string variable) =>
        Assert.Equal(Redis, Load(environment: Variables((variable, Redis))).Configuration.RedisConnectionString);

    [Theory]
    [InlineData("Aspire__NATS__Net__ConnectionString")]
    [InlineData("Aspire__NATS__Net__nats__ConnectionString")]
    public void The_sections_of_Aspires_NATS_client_have_one(string variable) =>
        Assert.Equal("nats://n:4222", Load(environment: Variables((variable, "nats://n:4222"))).Configuration.NatsConnectionString);

    [Fact]
    public void The_section_with_a_name_wins_over_the_one_without_and_ConnectionStrings_over_both()
    {
        (string, string) all = ("Aspire__StackExchange__Redis__ConnectionString", "all:1");
        (string, string) named = ("Aspire__StackExchange__Redis__redis__ConnectionString", "named:2");
        Assert.Equal("named:2", Load(environment: Variables(all, named)).Configuration.RedisConnectionString);
        Assert.Equal("direct:3", Load(environment: Variables(all, named, ("ConnectionStrings__redis", "direct:3"))).Configuration.RedisConnectionString);
    }

    [Fact]
    public void The_options_of_Aspires_Redis_client_reach_the_connection()
    {
        var configuration = Load(environment: Variables(
            ("ConnectionStrings__redis", "cache:6380,ssl=false"), ("Aspire__StackExchange__Redis__ConfigurationOptions__Ssl", "true"),
            ("Aspire__StackExchange__Redis__redis__ConfigurationOptions__Password", "p"), ("Aspire__StackExchange__Redis__ConfigurationOptions__DefaultDatabase", "3"))).Configuration;
        var target = RedisTargetResolver.Server(new ClusterBinding(configuration).Redis());
        Assert.Equal((true, "p", 3), (target.IsTls, target.Password, target.Database));
    }

    [Theory]
    [InlineData("a,b")]
    [InlineData("a,ssl=true")]
    [InlineData("=, ,\"x")]
    public void A_password_and_a_user_of_Aspires_options_are_taken_whole_whatever_is_in_them(string text)
    {
        var configuration = Load(environment: Variables(
            ("ConnectionStrings__redis", "cache:6380,password=other"), ("Aspire__StackExchange__Redis__ConfigurationOptions__Password", text),
            ("Aspire__StackExchange__Redis__ConfigurationOptions__User", text))).Configuration;
        var target = RedisTargetResolver.Server(new ClusterBinding(configuration).Redis());
        Assert.Equal((false, text, text), (target.IsTls, target.Password, target.Username));
    }

    [Fact]
    public void A_password_of_Aspires_options_reaches_a_cluster_whole()
    {
        var configuration = Load(environment: Variables(
            ("ConnectionStrings__redis", "a:1,b:2"), ("Aspire__StackExchange__Redis__redis__ConfigurationOptions__Password", "p,q"))).Configuration;
        Assert.Equal("p,q", RedisTargetResolver.Cluster(new ClusterBinding(configuration).Redis()).Password);
    }
}

using Sockudo.Server.RedisConnections;
using Xunit;

namespace Sockudo.Tests.Unit.RedisConnections;

/// <summary>Which of several configured values wins.</summary>
public sealed class RedisTargetResolverTests
{
    [Fact]
    public void Without_anything_it_is_the_local_server()
    {
        var target = RedisTargetResolver.Server(new RedisConnectionOptions());

        Assert.Equal((RedisTopology.Server, "127.0.0.1:6379", 0, false), (target.Topology, target.ToString(), target.Database, target.IsTls));
    }

    [Fact]
    public void An_explicit_value_wins_over_the_connection_string_and_that_over_the_default()
    {
        var target = RedisTargetResolver.Server(new RedisConnectionOptions
        {
            ConnectionString = "aspire:7001,password=theirs,ssl=true,defaultDatabase=4",
            Password = "ours",
        });

        Assert.Equal(("aspire:7001", "ours", 4, true), (target.ToString(), target.Password, target.Database, target.IsTls));
    }

    [Theory]
    [InlineData("localhost:6380,password=p=w,ssl=true")]
    [InlineData("localhost:6380,ssl=True,password=p=w")]
    public void A_connection_string_as_Aspire_hands_it_out_switches_TLS_on_and_keeps_the_whole_password(string text)
    {
        var target = RedisTargetResolver.Server(new RedisConnectionOptions { ConnectionString = text });

        Assert.Equal(("localhost:6380", "p=w", true), (target.ToString(), target.Password, target.IsTls));
    }

    [Fact]
    public void An_explicit_host_wins_over_the_host_of_the_connection_string()
    {
        var target = RedisTargetResolver.Server(new RedisConnectionOptions { ConnectionString = "aspire:7001", Host = "ours", Port = 7002 });

        Assert.Equal("ours:7002", target.ToString());
    }

    [Fact]
    public void A_url_wins_over_everything_and_a_components_own_url_over_that()
    {
        var options = new RedisConnectionOptions { Url = "redis://shared/1", Host = "not-used", Sentinels = { "not-used" }, Db = 9 };

        Assert.Equal(("shared:6379", 1), (RedisTargetResolver.Server(options).ToString(), RedisTargetResolver.Server(options).Database));
        Assert.Equal("own:6379", RedisTargetResolver.Server(options, "redis://own").ToString());
    }

    // Defect 10 of the original: a host with a scheme lost its TLS.
    [Theory]
    [InlineData("rediss://host", true)]
    [InlineData("redis://host", false)]
    [InlineData("host", false)]
    public void A_host_may_bring_its_scheme_along(string host, bool isTls)
    {
        var target = RedisTargetResolver.Server(new RedisConnectionOptions { Host = host, Port = 6380 });

        Assert.Equal(("host:6380", isTls), (target.ToString(), target.IsTls));
    }

    [Fact]
    public void Sentinels_have_a_password_that_is_not_the_masters()
    {
        var target = RedisTargetResolver.Server(new RedisConnectionOptions
        {
            Sentinels = { "sentinel1.example.com:26379", "sentinel2.example.com" },
            SentinelPassword = "optional-sentinel-auth",
            Password = "optional-redis-master-password",
        });

        Assert.Equal("mymaster by the sentinels sentinel1.example.com:26379,sentinel2.example.com:26379", target.ToString());
        Assert.Equal(("optional-sentinel-auth", "optional-redis-master-password"), (target.SentinelPassword, target.Password));
    }

    [Fact]
    public void A_connection_string_with_a_service_name_names_sentinels()
    {
        var target = RedisTargetResolver.Server(new RedisConnectionOptions { ConnectionString = "h1:26379,h2:26379,serviceName=main" });

        Assert.Equal("main by the sentinels h1:26379,h2:26379", target.ToString());
    }

    [Fact]
    public void Credentials_in_a_nodes_url_win_over_the_clusters_and_those_over_the_servers()
    {
        var options = new RedisConnectionOptions { Username = "server", Password = "server", Cluster = { Nodes = { "n1:7000", "[::1]:7001" } } };
        Assert.Equal(("server", "server"), Credentials(RedisTargetResolver.Cluster(options)));

        options.Cluster.Username = "cluster";
        options.Cluster.Password = "cluster";
        Assert.Equal(("cluster", "cluster"), Credentials(RedisTargetResolver.Cluster(options)));

        options.Cluster.Nodes.Add("redis://node:node@n3");
        Assert.Equal(("node", "node"), Credentials(RedisTargetResolver.Cluster(options)));
        Assert.Equal("the cluster of n1:7000,[::1]:7001,n3:6379", RedisTargetResolver.Cluster(options).ToString());
    }

    [Theory]
    [InlineData("n1:7000", true, true)]
    [InlineData("n1:7000", false, false)]
    [InlineData("redis://n1:7000", true, false)]
    [InlineData("rediss://n1:7000", false, true)]
    public void A_scheme_decides_about_tls_and_use_tls_where_there_is_none(string node, bool useTls, bool isTls)
    {
        var target = RedisTargetResolver.Cluster(new RedisConnectionOptions { Cluster = { Nodes = { node }, UseTls = useTls } });

        Assert.Equal(isTls, target.IsTls);
    }

    [Fact]
    public void A_cluster_without_nodes_is_refused() =>
        Assert.Throws<RedisConfigurationException>(() => RedisTargetResolver.Cluster(new RedisConnectionOptions()));

    [Fact]
    public void No_text_of_a_target_shows_a_secret()
    {
        var options = new RedisConnectionOptions { Url = "redis+sentinel://:secret@h1:1/main/0?password=secret" };

        Assert.DoesNotContain("secret", RedisTargetResolver.Server(options).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host:notaport,password=secret")]
    [InlineData("host,connectTimeout=secret")]
    public void A_connection_string_that_cannot_be_read_is_refused_without_repeating_it(string text)
    {
        var result = new RedisConnectionOptionsValidator().Validate(null, new RedisConnectionOptions { ConnectionString = text });

        Assert.DoesNotContain("secret", string.Join(' ', result.Failures ?? []), StringComparison.Ordinal);
    }

    private static (string?, string?) Credentials(RedisTarget target) => (target.Username, target.Password);
}

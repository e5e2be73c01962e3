using Sockudo.Server.RedisConnections;
using Xunit;

namespace Sockudo.Tests.Unit.RedisConnections;

/// <summary>The forms of a Redis URL.</summary>
public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost:6379", null, null, null, false)]
    [InlineData("redis://localhost:6380/2", "localhost:6380", null, null, 2, false)]
    [InlineData("rediss://username:password@host:6390/15", "host:6390", "username", "password", 15, true)]
    [InlineData("redis://:only-password@10.0.0.7:6379", "10.0.0.7:6379", null, "only-password", null, false)]
    [InlineData("redis://bus:p%40ss%3Aw%2Frd%251@host/0", "host:6379", "bus", "p@ss:w/rd%1", 0, false)]
    [InlineData("redis://bus:un/en@coded@host:1/3", "host:1", "bus", "un/en@coded", 3, false)]
    [InlineData("REDIS://user@[::1]:7000/1", "[::1]:7000", "user", null, 1, false)]
    [InlineData("redis://host?db=4&password=secret", "host:6379", null, "secret", 4, false)]
    public void A_servers_url_is_taken_apart(string url, string node, string? user, string? password, int? database, bool isTls)
    {
        var parsed = RedisUrl.Parse(url);

        Assert.Equal(
            (node, user, password, database, isTls, false),
            (parsed.ToString(), parsed.Username, parsed.Password, parsed.Database, parsed.IsTls, parsed.IsSentinel));
    }

    [Theory]
    [InlineData("redis+sentinel://:s%40p@h1:26379,h2,[::1]:26381/mymaster/2?password=m%40p&username=bus")]
    [InlineData("redis+sentinel://s%40p@h1:26379,h2,[::1]:26381/mymaster/2?password=m%40p&username=bus")]
    public void A_sentinel_url_holds_the_passwords_of_both(string url)
    {
        var parsed = RedisUrl.Parse(url);

        Assert.True(parsed.IsSentinel);
        Assert.Equal("h1:26379,h2:26379,[::1]:26381", parsed.ToString());
        Assert.Equal(("s@p", "m@p", "bus"), (parsed.SentinelPassword, parsed.Password, parsed.Username));
        Assert.Equal(("mymaster", 2), (parsed.MasterName, parsed.Database));
    }

    [Theory]
    [InlineData("http://host")]
    [InlineData("redis://host:0")]
    [InlineData("redis://host:secret-in-the-port")]
    [InlineData("redis://host:70000")]
    [InlineData("redis://host/not-a-number")]
    [InlineData("redis://one,two")]
    [InlineData("redis+sentinel://")]
    public void What_is_no_url_is_refused_without_repeating_it(string url)
    {
        var refusal = Assert.Throws<RedisConfigurationException>(() => RedisUrl.Parse(url));

        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}

using System.Net;
using Sockudo.Server.RateLimiting;
using Xunit;

namespace Sockudo.Tests.Unit.RateLimiting;

/// <summary>Who a request is from, as limits count it.</summary>
public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:db8:1:2::7", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64")]
    [InlineData("2001:db8:1:3::7", "2001:db8:1:3::/64")]
    [InlineData("fe80::1%3", "fe80::/64")]
    public void An_IPv4_address_counts_whole_and_an_IPv6_address_by_its_network(string peer, string counted) =>
        Assert.Equal(counted, ClientAddress.Of(IPAddress.Parse(peer), null, 0));

    [Theory]
    [InlineData("198.51.100.1", "198.51.100.1")]
    [InlineData("198.51.100.1:50123", "198.51.100.1")]
    [InlineData("2001:db8:1:2::7", "2001:db8:1:2::/64")]
    [InlineData("[2001:db8:1:2::7]:50123", "2001:db8:1:2::/64")]
    [InlineData("somebody", "10.0.0.1")]
    [InlineData("", "10.0.0.1")]
    public void What_the_trusted_proxy_wrote_is_read_with_a_port_or_without(string entry, string counted) =>
        Assert.Equal(counted, ClientAddress.Of(IPAddress.Parse("10.0.0.1"), "6.6.6.6, " + entry, 1));
}

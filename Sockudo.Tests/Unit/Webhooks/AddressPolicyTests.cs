using System.Net;
using Sockudo.Server.Webhooks;
using Xunit;

namespace Sockudo.Tests.Unit.Webhooks;

public sealed class AddressPolicyTests
{
    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("169.254.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("::169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("febf::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fd20:ce::254")]
    [InlineData("100.100.100.200")]
    [InlineData("192.0.0.192")]
    [InlineData("168.63.129.16")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("ff02::1")]
    public void Link_local_and_metadata_addresses_are_always_refused(string address)
    {
        Assert.False(new AddressPolicy(blockPrivateNetworks: false).Allows(IPAddress.Parse(address)));
        Assert.False(new AddressPolicy(blockPrivateNetworks: true).Allows(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("::ffff:a9fe:a9fe")] // IPv4-mapped
    [InlineData("::ffff:0:a9fe:a9fe")] // IPv4-translated (SIIT)
    [InlineData("::a9fe:a9fe")] // IPv4-compatible
    [InlineData("64:ff9b::a9fe:a9fe")] // NAT64
    [InlineData("64:ff9b:1:a9fe:a9:fe00::")] // local NAT64 of 48 bits
    [InlineData("64:ff9b:1:00a9:00fe:a9fe::")] // of 56
    [InlineData("64:ff9b:1:0:00a9:fea9:fe00:0")] // of 64
    [InlineData("64:ff9b:1::a9fe:a9fe")] // of 96
    [InlineData("2002:a9fe:a9fe::1")] // 6to4
    [InlineData("2001:0:a9fe:a9fe::1")] // Teredo, the server
    [InlineData("2001::5601:5601")] // Teredo, the client, each bit turned
    [InlineData("2001:db8::5efe:a9fe:a9fe")] // ISATAP
    [InlineData("2001:db8::200:5efe:a9fe:a9fe")] // ISATAP of a global address
    public void An_address_inside_another_is_judged_too(string address)
    {
        Assert.False(new AddressPolicy(blockPrivateNetworks: false).Allows(IPAddress.Parse(address)));
        Assert.Contains(IPAddress.Parse("169.254.169.254"), EmbeddedAddress.Of(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("::ffff:0:5db8:d70e")]
    [InlineData("2002:5db8:d70e::1")]
    [InlineData("2001:0:5db8:d70e::a247:28f1")]
    [InlineData("2001:db8::5efe:5db8:d70e")]
    [InlineData("2001:4860:4860::8888")]
    public void A_public_address_inside_another_is_allowed(string address) => Assert.True(new AddressPolicy(blockPrivateNetworks: true).Allows(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    public void Private_and_loopback_addresses_are_refused_only_when_they_are_blocked(string address)
    {
        Assert.True(new AddressPolicy(blockPrivateNetworks: false).Allows(IPAddress.Parse(address)));
        Assert.False(new AddressPolicy(blockPrivateNetworks: true).Allows(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("93.184.215.14")]
    [InlineData("172.32.0.1")]
    [InlineData("169.253.255.255")]
    [InlineData("2606:2800:21f:cb07:6820:80da:af6b:8b2c")]
    [InlineData("::ffff:93.184.215.14")]
    public void Public_addresses_are_allowed(string address) => Assert.True(new AddressPolicy(blockPrivateNetworks: true).Allows(IPAddress.Parse(address)));
}

using System.Net;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// Which addresses webhooks may be sent to. Link-local addresses and those under which clouds hand out credentials never are;
/// private and loopback ones are unless they are blocked. Immutable, thread-safe.
/// </summary>
internal sealed class AddressPolicy(bool blockPrivateNetworks)
{
    private static readonly IPNetwork[] NeverAllowed =
    [
        IPNetwork.Parse("169.254.0.0/16"), // link-local; AWS, Google, Azure and others: 169.254.169.254
        IPNetwork.Parse("100.100.100.200/32"), // Alibaba Cloud
        IPNetwork.Parse("192.0.0.192/32"), // Oracle Cloud
        IPNetwork.Parse("168.63.129.16/32"), // Azure
        IPNetwork.Parse("224.0.0.0/4"), // multicast
        IPNetwork.Parse("255.255.255.255/32"),
        IPNetwork.Parse("fe80::/10"), // link-local
        IPNetwork.Parse("fd00:ec2::254/128"), // AWS
        IPNetwork.Parse("fd20:ce::254/128"), // Google
        IPNetwork.Parse("ff00::/8"), // multicast
    ];

    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("10.0.0.0/8"),
        IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"),
        IPNetwork.Parse("172.16.0.0/12"),
        IPNetwork.Parse("192.0.0.0/24"),
        IPNetwork.Parse("192.168.0.0/16"),
        IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("::/128"),
        IPNetwork.Parse("::1/128"),
        IPNetwork.Parse("fc00::/7"),
        IPNetwork.Parse("fec0::/10"),
    ];

    /// <summary>Whether a connection to this address may be made.</summary>
    public bool Allows(IPAddress address)
    {
        if (IsRefused(address)) return false;

        // An IPv6 address may only be the wrapping of an IPv4 one.
        foreach (var inner in EmbeddedAddress.Of(address))
        {
            if (IsRefused(inner)) return false;
        }

        return true;
    }

    private bool IsRefused(IPAddress address) => IsIn(NeverAllowed, address) || (blockPrivateNetworks && IsIn(Private, address));

    private static bool IsIn(IPNetwork[] networks, IPAddress address)
    {
        foreach (var network in networks)
        {
            if (network.Contains(address)) return true;
        }

        return false;
    }
}

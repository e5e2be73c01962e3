using System.Net;
using System.Net.Sockets;

namespace Sockudo.Server.Webhooks;

/// <summary>
/// The IPv4 addresses an IPv6 address may lead to: a translator, a tunnel or the machine itself takes them out of it. Prefixes a network
/// has chosen itself (RFC 6052, 6rd) cannot be told from others. Pure.
/// </summary>
internal static class EmbeddedAddress
{
    private static readonly (IPNetwork Network, int[] Places)[] Forms =
    [
        (IPNetwork.Parse("::ffff:0:0:0/96"), [12, 13, 14, 15]), // IPv4-translated (SIIT), RFC 2765
        (IPNetwork.Parse("::/96"), [12, 13, 14, 15]), // IPv4-compatible, RFC 4291
        (IPNetwork.Parse("64:ff9b::/96"), [12, 13, 14, 15]), // NAT64, RFC 6052
        (IPNetwork.Parse("64:ff9b:1::/48"), [6, 7, 9, 10]), // local NAT64, RFC 8215: as a prefix of 48 bits,
        (IPNetwork.Parse("64:ff9b:1::/48"), [7, 9, 10, 11]), // of 56,
        (IPNetwork.Parse("64:ff9b:1::/48"), [9, 10, 11, 12]), // of 64,
        (IPNetwork.Parse("64:ff9b:1::/48"), [12, 13, 14, 15]), // and of 96
        (IPNetwork.Parse("2002::/16"), [2, 3, 4, 5]), // 6to4, RFC 3056
        (IPNetwork.Parse("2001::/32"), [4, 5, 6, 7]), // Teredo, RFC 4380: the server; the client is below
    ];

    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    /// <summary>All of them; none of an IPv4 address.</summary>
    public static IEnumerable<IPAddress> Of(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.IPv6Loopback)) yield break;
        if (address.IsIPv4MappedToIPv6) yield return address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        foreach (var (network, places) in Forms)
        {
            if (network.Contains(address)) yield return new IPAddress([bytes[places[0]], bytes[places[1]], bytes[places[2]], bytes[places[3]]]);
        }

        if (Teredo.Contains(address)) yield return new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]);

        // ISATAP, RFC 5214: the interface's part of an address with any prefix.
        if (bytes[8] is 0 or 2 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == 0xfe) yield return new IPAddress(bytes.AsSpan(12, 4));
    }
}

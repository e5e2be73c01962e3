using System.Buffers;
using System.Globalization;
using System.Net;

namespace Sockudo.Server.RedisConnections;

/// <summary>A server's host and port. Immutable.</summary>
internal readonly record struct RedisNodeAddress(string Host, int Port)
{
    private static readonly SearchValues<char> NeverInHost = SearchValues.Create("/@?# ,");

    /// <summary>The address as StackExchange.Redis takes it: names are resolved at each attempt to connect.</summary>
    public EndPoint ToEndPoint() =>
        IPAddress.TryParse(Host, out var address) ? new IPEndPoint(address, Port) : new DnsEndPoint(Host, Port);

    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]</c>, <c>[v6]:port</c> or a bare IPv6 address.</summary>
    public static bool TryParse(string text, int defaultPort, out RedisNodeAddress address)
    {
        address = default;
        text = text.Trim();
        string host;
        var port = "";
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                return false;
            }

            host = text[1..end];
            port = end + 1 < text.Length ? text[(end + 2)..] : "";
            if (!IPAddress.TryParse(host, out _))
            {
                return false;
            }
        }
        else if (text.AsSpan().Count(':') > 1)
        {
            host = text;
            if (!IPAddress.TryParse(host, out _))
            {
                return false;
            }
        }
        else
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            host = colon < 0 ? text : text[..colon];
            port = colon < 0 ? "" : text[(colon + 1)..];
            if (colon >= 0 && port.Length == 0)
            {
                return false;
            }
        }

        var number = defaultPort;
        if (host.Length == 0
            || host.AsSpan().ContainsAny(NeverInHost)
            || (port.Length > 0 && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65535)))
        {
            return false;
        }

        address = new(host, number);
        return true;
    }
}

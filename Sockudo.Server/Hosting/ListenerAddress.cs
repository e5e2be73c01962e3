namespace Sockudo.Server.Hosting;

/// <summary>One address the server listens on: <c>http</c> or <c>https</c> with host and port, or <c>unix</c> with a path.</summary>
/// <param name="Scheme"><c>http</c>, <c>https</c> or <c>unix</c>.</param>
/// <param name="Host">An IP address, a DNS name, <c>*</c> for any address, or the socket's path.</param>
/// <param name="Port">The port, 0 for a free one; unused for a Unix socket.</param>
internal readonly record struct ListenerAddress(string Scheme, string Host, int Port)
{
    /// <summary>Whether TLS is spoken here.</summary>
    public bool IsTls => Scheme == "https";

    /// <summary>Whether this is a Unix domain socket.</summary>
    public bool IsUnixSocket => Scheme == "unix";

    /// <summary>Reads one entry of <c>ASPNETCORE_URLS</c>; null when it is none of <c>http(s)://host[:port]</c> and <c>http://unix:/path</c>.</summary>
    public static ListenerAddress? Parse(string text)
    {
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        if (separator < 0) return null;
        var scheme = text[..separator].ToLowerInvariant();
        if (scheme is not ("http" or "https")) return null;
        var rest = text[(separator + 3)..].TrimEnd('/');
        if (rest.StartsWith("unix:/", StringComparison.Ordinal)) return scheme == "http" ? Unix(rest["unix:".Length..]) : null;
        var colon = rest.LastIndexOf(':');
        var bracket = rest.LastIndexOf(']');
        var host = colon > bracket ? rest[..colon] : rest;
        var port = scheme == "http" ? 80 : 443;
        if (colon > bracket && !(int.TryParse(rest.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out port) && port <= 65535))
        {
            return null;
        }

        if (host.Length == 0 || host.Contains('/', StringComparison.Ordinal)) return null;
        return new ListenerAddress(scheme, host is "+" ? "*" : host.Trim('[', ']'), port);
    }

    /// <summary>A Unix domain socket's address.</summary>
    public static ListenerAddress Unix(string path) => new("unix", path, 0);

    /// <summary>The address as a person writes it.</summary>
    public override string ToString() => IsUnixSocket
        ? $"unix:{Host}"
        : Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}://[{Host}]:{Port}" : $"{Scheme}://{Host}:{Port}";
}

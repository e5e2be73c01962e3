namespace Sockudo.Server.Backplane.Nats;

/// <summary>The server list, taken apart: addresses without secrets, and the credentials that the first address held. Immutable.</summary>
internal sealed class NatsServers
{
    private NatsServers(IReadOnlyList<string> urls) => Urls = urls;

    /// <summary>The servers' URLs, without credentials.</summary>
    public IReadOnlyList<string> Urls { get; }

    /// <summary>The user in a URL.</summary>
    public string? Username { get; private init; }

    /// <summary>The password in a URL.</summary>
    public string? Password { get; private init; }

    /// <summary>The token in a URL: credentials without a colon.</summary>
    public string? Token { get; private init; }

    /// <summary>Whether a URL demands TLS.</summary>
    public bool IsTls { get; private init; }

    /// <summary>Takes a list apart; an entry may itself be a list separated by commas.</summary>
    /// <exception cref="BrokerConfigurationException">An entry is not a server's address.</exception>
    public static NatsServers Parse(IEnumerable<string> servers)
    {
        var urls = new List<string>();
        string? credentials = null;
        var tls = false;
        foreach (var server in servers.SelectMany(static entry => entry.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            var text = server.Contains("://", StringComparison.Ordinal) ? server : "nats://" + server;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
                || uri.Scheme is not ("nats" or "tls" or "ws" or "wss")
                || uri.Host.Length == 0)
            {
                throw new BrokerConfigurationException("NATS: an entry of servers must be nats://host:port, tls://host:port or host:port.");
            }

            tls |= uri.Scheme is "tls";
            credentials ??= uri.UserInfo.Length > 0 ? uri.UserInfo : null;
            var port = uri.IsDefaultPort || uri.Port < 0 ? 4222 : uri.Port;
            urls.Add(uri.Scheme is "ws" or "wss" ? $"{uri.Scheme}://{uri.Authority}{uri.PathAndQuery}" : $"{uri.Scheme}://{uri.Host}:{port}");
        }

        if (urls.Count == 0)
        {
            urls.Add("nats://localhost:4222");
        }

        var colon = credentials?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return new NatsServers(urls)
        {
            Username = colon < 0 ? null : Uri.UnescapeDataString(credentials![..colon]),
            Password = colon < 0 ? null : Uri.UnescapeDataString(credentials![(colon + 1)..]),
            Token = colon < 0 && credentials is not null ? Uri.UnescapeDataString(credentials) : null,
            IsTls = tls,
        };
    }
}

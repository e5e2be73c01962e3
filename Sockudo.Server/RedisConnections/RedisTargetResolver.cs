using System.Net;
using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>Reads every form of configuration into one <see cref="RedisTarget"/>. Stateless.</summary>
internal static class RedisTargetResolver
{
    private const int ServerPort = 6379;
    private const int SentinelPort = 26379;

    /// <summary>The one server that is meant, or the sentinels that know it.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="ownUrl">The URL of one component, which wins over everything in the options.</param>
    /// <exception cref="RedisConfigurationException">A value cannot be read.</exception>
    public static RedisTarget Server(RedisConnectionOptions options, string? ownUrl = null)
    {
        if ((string.IsNullOrEmpty(ownUrl) ? options.Url : ownUrl) is { Length: > 0 } url)
        {
            return ByUrl(options, RedisUrl.Parse(url));
        }

        if (options.ConnectionString is { Length: > 0 } text && RedisUrl.HasScheme(text))
        {
            return ByUrl(options, RedisUrl.Parse(text));
        }

        var known = Parse(options);
        var sentinels = options.Sentinels.Count > 0
            ? Addresses(options.Sentinels, SentinelPort, "sentinels")
            : known is { ServiceName.Length: > 0 } && options.Host is null ? Addresses(known, SentinelPort) : [];
        if (sentinels.Count > 0)
        {
            return New(options, RedisTopology.Sentinel, sentinels, known, known?.Ssl ?? false);
        }

        var (address, scheme) = HostOf(options, known);
        return New(options, RedisTopology.Server, [address], known, scheme ?? known?.Ssl ?? false);
    }

    /// <summary>The nodes of the cluster that is meant.</summary>
    /// <param name="options">The configuration.</param>
    /// <param name="ownNodes">The nodes of one component, which win over those of the options.</param>
    /// <exception cref="RedisConfigurationException">None is named, or one cannot be read.</exception>
    public static RedisTarget Cluster(RedisConnectionOptions options, IList<string>? ownNodes = null)
    {
        var known = options.ConnectionString is { Length: > 0 } text && !RedisUrl.HasScheme(text) ? Parse(options) : null;
        IReadOnlyList<string> named = ownNodes is { Count: > 0 }
            ? [.. ownNodes]
            : options.Cluster.Nodes.Count > 0
            ? [.. options.Cluster.Nodes]
            : options.ConnectionString is { Length: > 0 } url && known is null ? [url] : [];
        var nodes = new List<RedisNodeAddress>();
        RedisUrl? signed = null;
        bool? tls = null;
        foreach (var node in named)
        {
            if (RedisUrl.HasScheme(node))
            {
                var parsed = RedisUrl.Parse(node);
                nodes.AddRange(parsed.Nodes);
                tls = tls is true || parsed.IsTls;
                signed ??= parsed.Password is not null ? parsed : null;
            }
            else
            {
                nodes.AddRange(Addresses([node], ServerPort, "cluster.nodes"));
                tls = tls is true || options.Cluster.UseTls;
            }
        }

        if (nodes.Count == 0 && known is not null)
        {
            nodes.AddRange(Addresses(known, ServerPort));
        }

        if (nodes.Count == 0)
        {
            throw new RedisConfigurationException("Redis Cluster: cluster.nodes names no node.");
        }

        return new RedisTarget
        {
            Topology = RedisTopology.Cluster,
            Nodes = nodes,
            Username = signed is not null ? signed.Username : options.Cluster.Username ?? options.Username ?? known?.User,
            Password = signed?.Password ?? options.Cluster.Password ?? options.Password ?? known?.Password,
            IsTls = options.Tls.Enabled ?? tls ?? (options.Cluster.UseTls || known is { Ssl: true }),
            Tls = options.Tls,
            ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
            CommandTimeout = TimeSpan.FromMilliseconds(options.CommandTimeoutMs),
            Base = known,
        };
    }

    private static RedisTarget ByUrl(RedisConnectionOptions options, RedisUrl url) => new()
    {
        Topology = url.IsSentinel ? RedisTopology.Sentinel : RedisTopology.Server,
        Nodes = url.Nodes,
        Username = url.Username,
        Password = url.Password,
        SentinelUsername = url.SentinelUsername,
        SentinelPassword = url.SentinelPassword,
        MasterName = url.MasterName ?? options.Name ?? "mymaster",
        Database = url.Database ?? 0,
        IsTls = url.IsTls || options.Tls.Enabled == true,
        Tls = options.Tls,
        ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
        CommandTimeout = TimeSpan.FromMilliseconds(options.CommandTimeoutMs),
    };

    private static RedisTarget New(
        RedisConnectionOptions options, RedisTopology topology, IReadOnlyList<RedisNodeAddress> nodes, ConfigurationOptions? known, bool tls)
    {
        return new RedisTarget
        {
            Topology = topology,
            Nodes = nodes,
            Username = options.Username ?? known?.User,
            Password = options.Password ?? known?.Password,
            SentinelUsername = options.SentinelUsername ?? known?.SentinelUser,
            SentinelPassword = options.SentinelPassword ?? known?.SentinelPassword,
            MasterName = options.Name ?? (known?.ServiceName is { Length: > 0 } name ? name : "mymaster"),
            Database = options.Db ?? known?.DefaultDatabase ?? 0,
            IsTls = options.Tls.Enabled ?? tls,
            Tls = options.Tls,
            ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
            CommandTimeout = TimeSpan.FromMilliseconds(options.CommandTimeoutMs),
            Base = known,
        };
    }

    private static (RedisNodeAddress Address, bool? Tls) HostOf(RedisConnectionOptions options, ConfigurationOptions? known)
    {
        var fallback = known is null ? new RedisNodeAddress("127.0.0.1", ServerPort) : Addresses(known, ServerPort) is [var first, ..] ? first : default;
        if (options.Host is not { Length: > 0 } host)
        {
            return (new(fallback.Host ?? "127.0.0.1", options.Port ?? fallback.Port), null);
        }

        // The original glues scheme, credentials, host and port together, so a host may bring its scheme along.
        bool? tls = null;
        if (RedisUrl.HasScheme(host))
        {
            tls = host.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase);
            host = host[(host.IndexOf("//", StringComparison.Ordinal) + 2)..].TrimEnd('/');
        }

        return RedisNodeAddress.TryParse(host, options.Port ?? ServerPort, out var address)
            ? (address, tls)
            : throw new RedisConfigurationException("Redis: host must be a name or an address, with or without redis:// or rediss://.");
    }

    private static List<RedisNodeAddress> Addresses(IEnumerable<string> texts, int defaultPort, string key)
    {
        var addresses = new List<RedisNodeAddress>();
        foreach (var text in texts)
        {
            addresses.Add(RedisNodeAddress.TryParse(text, defaultPort, out var address)
                ? address
                : throw new RedisConfigurationException($"Redis: an entry of {key} must be host:port, host or [v6]:port."));
        }

        return addresses;
    }

    private static List<RedisNodeAddress> Addresses(ConfigurationOptions known, int defaultPort)
    {
        var addresses = new List<RedisNodeAddress>();
        foreach (var endPoint in known.EndPoints)
        {
            var (host, port) = endPoint switch
            {
                DnsEndPoint dns => (dns.Host, dns.Port),
                IPEndPoint ip => (ip.Address.ToString(), ip.Port),
                _ => throw new RedisConfigurationException("Redis: the connection string may name only hosts and ports."),
            };
            addresses.Add(new(host, port == 0 ? defaultPort : port));
        }

        return addresses;
    }

    private static ConfigurationOptions? Parse(RedisConnectionOptions options)
    {
        if (string.IsNullOrEmpty(options.ConnectionString))
        {
            return null;
        }

        try
        {
            // The library reads the values of its own form; only these two are free text, which a comma would cut.
            var text = options.ConnectionString;
            foreach (var (name, value) in options.ConnectionOptions)
            {
                if (name is not ("password" or "user")) text += $",{name}={value}";
            }

            var known = ConfigurationOptions.Parse(text, ignoreUnknown: true);
            if (options.ConnectionOptions.TryGetValue("password", out var password)) known.Password = password;
            if (options.ConnectionOptions.TryGetValue("user", out var user)) known.User = user;
            return known;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException)
        {
            // The parser's own message quotes the text, and with it the password.
            throw new RedisConfigurationException("The Redis connection string cannot be read: expected host:port,password=…,ssl=true.");
        }
    }
}

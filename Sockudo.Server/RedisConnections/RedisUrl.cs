using System.Globalization;

namespace Sockudo.Server.RedisConnections;

/// <summary>A Redis URL, taken apart; credentials are decoded. Immutable; its text never shows a secret.</summary>
internal sealed class RedisUrl
{
    private RedisUrl(bool isSentinel, bool isTls, IReadOnlyList<RedisNodeAddress> nodes)
    {
        IsSentinel = isSentinel;
        IsTls = isTls;
        Nodes = nodes;
    }

    /// <summary>Whether the nodes are sentinels.</summary>
    public bool IsSentinel { get; }

    /// <summary>Whether the scheme asks for TLS.</summary>
    public bool IsTls { get; }

    /// <summary>The hosts; one unless they are sentinels.</summary>
    public IReadOnlyList<RedisNodeAddress> Nodes { get; }

    /// <summary>The user of the server.</summary>
    public string? Username { get; private init; }

    /// <summary>The password of the server.</summary>
    public string? Password { get; private init; }

    /// <summary>The user of the sentinels.</summary>
    public string? SentinelUsername { get; private init; }

    /// <summary>The password of the sentinels.</summary>
    public string? SentinelPassword { get; private init; }

    /// <summary>The master's name among the sentinels.</summary>
    public string? MasterName { get; private init; }

    /// <summary>The database's number.</summary>
    public int? Database { get; private init; }

    /// <summary>Whether a text begins with one of the schemes.</summary>
    public static bool HasScheme(string text) => SchemeOf(text) is not null;

    /// <summary>Takes a URL apart.</summary>
    /// <exception cref="RedisConfigurationException">It is not one of the forms of <see cref="RedisConnectionOptions.Url"/>.</exception>
    public static RedisUrl Parse(string text)
    {
        var (scheme, isSentinel, isTls) = SchemeOf(text) ?? throw Malformed("it must begin with redis://, rediss:// or redis+sentinel://");
        var rest = text.AsSpan(scheme.Length);
        var query = ReadOnlySpan<char>.Empty;
        if (rest.IndexOf('?') is >= 0 and var question)
        {
            query = rest[(question + 1)..];
            rest = rest[..question];
        }

        var path = ReadOnlySpan<char>.Empty;
        // A password may hold an unencoded slash or at-sign: what counts is the last at-sign before the hosts.
        var at = rest.LastIndexOf('@');
        var hosts = rest[(at + 1)..];
        if (hosts.IndexOf('/') is >= 0 and var slash)
        {
            path = hosts[(slash + 1)..];
            hosts = hosts[..slash];
        }

        var (user, password) = at < 0 ? (null, null) : Credentials(rest[..at], aloneIsPassword: isSentinel);
        var parameters = Parameters(query);
        var segments = path.ToString().Split('/', StringSplitOptions.RemoveEmptyEntries);
        var databaseAt = isSentinel ? 1 : 0;
        var database = segments.Length > databaseAt ? segments[databaseAt] : parameters.GetValueOrDefault("db");
        return new RedisUrl(isSentinel, isTls, ParseNodes(hosts, isSentinel))
        {
            Username = isSentinel ? parameters.GetValueOrDefault("username") : user ?? parameters.GetValueOrDefault("username"),
            Password = isSentinel ? parameters.GetValueOrDefault("password") : password ?? parameters.GetValueOrDefault("password"),
            SentinelUsername = isSentinel ? user : null,
            SentinelPassword = isSentinel ? password : null,
            MasterName = isSentinel && segments.Length > 0 ? Uri.UnescapeDataString(segments[0]) : null,
            Database = database is null ? null : ParseDatabase(database),
        };
    }

    public override string ToString() => string.Join(',', Nodes);

    private static (string Scheme, bool IsSentinel, bool IsTls)? SchemeOf(string text)
    {
        foreach (var (scheme, isSentinel, isTls) in new[]
        {
            ("redis://", false, false), ("rediss://", false, true),
            ("redis+sentinel://", true, false), ("rediss+sentinel://", true, true),
        })
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return (scheme, isSentinel, isTls);
            }
        }

        return null;
    }

    private static List<RedisNodeAddress> ParseNodes(ReadOnlySpan<char> hosts, bool isSentinel)
    {
        var nodes = new List<RedisNodeAddress>();
        foreach (var host in hosts.ToString().Split(','))
        {
            var known = host.Length == 0 && !isSentinel ? "127.0.0.1" : host;
            nodes.Add(RedisNodeAddress.TryParse(known, isSentinel ? 26379 : 6379, out var node)
                ? node
                : throw Malformed("its host must be host, host:port or [v6]:port"));
        }

        return nodes.Count == 1 || isSentinel ? nodes : throw Malformed("it may name one host only");
    }

    private static (string? User, string? Password) Credentials(ReadOnlySpan<char> text, bool aloneIsPassword)
    {
        var colon = text.IndexOf(':');
        var user = colon < 0 ? (aloneIsPassword ? [] : text) : text[..colon];
        var password = colon < 0 ? (aloneIsPassword ? text : []) : text[(colon + 1)..];
        return (user.IsEmpty ? null : Uri.UnescapeDataString(user), password.IsEmpty ? null : Uri.UnescapeDataString(password));
    }

    private static Dictionary<string, string> Parameters(ReadOnlySpan<char> query)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var range in query.Split('&'))
        {
            var pair = query[range];
            var equals = pair.IndexOf('=');
            if (equals > 0 && equals + 1 < pair.Length)
            {
                parameters[pair[..equals].ToString()] = Uri.UnescapeDataString(pair[(equals + 1)..]);
            }
        }

        return parameters;
    }

    private static int ParseDatabase(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Malformed("its database must be a number");

    private static RedisConfigurationException Malformed(string what) => new($"The Redis URL cannot be read: {what}.");
}

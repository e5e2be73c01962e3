namespace Sockudo.Server.RedisConnections;

/// <summary>
/// Where Redis is and how to sign in (configuration section <c>database.redis</c>). What is null was not configured: an explicit value
/// here wins over <see cref="ConnectionString"/>, which wins over the default; <see cref="Url"/> wins over everything.
/// </summary>
internal sealed class RedisConnectionOptions
{
    /// <summary>
    /// <c>redis://[user[:password]@]host[:port][/db]</c>, <c>rediss://…</c> for TLS, or
    /// <c>redis+sentinel://[:sentinel-password@]host:port,…/master-name[/db][?password=…&amp;username=…]</c>; user and passwords percent-encoded.
    /// Replaces host, port, db, username, password and the sentinels. Default null.
    /// </summary>
    public string? Url { get; set; }

    /// <summary>
    /// In the form of StackExchange.Redis, which Aspire writes: <c>host:port,password=…,ssl=true</c>, with <c>serviceName=…</c> the hosts are
    /// sentinels. A URL as for <see cref="Url"/> is understood too. Default null.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Options of <see cref="ConnectionString"/> that are given by themselves and win over it, by their names in it. Default none. Not glued
    /// to the text: the form knows no escape, and a comma in a password would cut it.
    /// </summary>
    public IDictionary<string, string> ConnectionOptions { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The server's name or address; may begin with <c>redis://</c> or <c>rediss://</c>, which then decides about TLS. Default 127.0.0.1.</summary>
    public string? Host { get; set; }

    /// <summary>The server's port. Default 6379.</summary>
    public int? Port { get; set; }

    /// <summary>The database's number; Redis Cluster knows only 0. Default 0.</summary>
    public int? Db { get; set; }

    /// <summary>The ACL user (Redis 6 and newer). Default null: the user "default".</summary>
    public string? Username { get; set; }

    /// <summary>The password of the user, or of the server. Default null: none.</summary>
    public string? Password { get; set; }

    /// <summary>What the keys of every component begin with that names no prefix of its own. Default <c>sockudo:</c>.</summary>
    public string KeyPrefix { get; set; } = "sockudo:";

    /// <summary>The sentinels as <c>host:port</c>, <c>host</c> (port 26379) or <c>[v6]:port</c>; any named, the master is looked up through them. Default none.</summary>
    public IList<string> Sentinels { get; } = [];

    /// <summary>The user to sign in to the sentinels with. Default null.</summary>
    public string? SentinelUsername { get; set; }

    /// <summary>The password of the sentinels themselves, which is not the master's. Default null: none.</summary>
    public string? SentinelPassword { get; set; }

    /// <summary>The name under which the sentinels watch the master. Default mymaster.</summary>
    public string? Name { get; set; }

    /// <summary>Redis Cluster.</summary>
    public RedisClusterOptions Cluster { get; } = new();

    /// <summary>TLS, for the servers and the sentinels alike.</summary>
    public RedisTlsOptions Tls { get; } = new();

    /// <summary>The longest that one attempt to connect may take, signing in included. Unit: milliseconds. Default 5000.</summary>
    public int ConnectTimeoutMs { get; set; } = 5_000;

    /// <summary>The longest that a command waits for its answer. Unit: milliseconds. Default 5000.</summary>
    public int CommandTimeoutMs { get; set; } = 5_000;
}

/// <summary>Redis Cluster (configuration section <c>database.redis.cluster</c>).</summary>
internal sealed class RedisClusterOptions
{
    /// <summary>
    /// Some of the nodes, the others are learned: <c>host:port</c>, <c>host</c> (port 6379), <c>[v6]:port</c>, <c>redis://…</c> or
    /// <c>rediss://…</c> with or without credentials. Default none; the driver redis-cluster needs one.
    /// </summary>
    public IList<string> Nodes { get; } = [];

    /// <summary>The ACL user of every node. Default null: that of <see cref="RedisConnectionOptions.Username"/>.</summary>
    public string? Username { get; set; }

    /// <summary>The password of every node. Default null: that of <see cref="RedisConnectionOptions.Password"/>. Credentials in a node's URL win.</summary>
    public string? Password { get; set; }

    /// <summary>Whether nodes named without a scheme are spoken to over TLS. Default false.</summary>
    public bool UseTls { get; set; }
}

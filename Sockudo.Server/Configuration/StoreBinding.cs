using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Configuration;

/// <summary>
/// The Redis of a component that keeps something there (<c>cache</c>, <c>rate_limiter</c>), from the values of its keys: its own
/// <c>url_override</c>, which <c>REDIS_URL</c> fills, before <c>database.redis</c>.
/// </summary>
/// <param name="configuration">The configuration.</param>
/// <param name="section">The component's section.</param>
/// <param name="driver">The component's driver.</param>
/// <param name="defaultPrefix">The prefix when none is configured.</param>
internal sealed class StoreBinding(ServerConfiguration configuration, string section, string driver, string defaultPrefix)
{
    /// <summary>The cache's Redis.</summary>
    public static StoreBinding Cache(ServerConfiguration configuration) => new(configuration, "cache", configuration.Cache.Driver, "sockudo_cache:");

    /// <summary>The limiter's Redis; none while it is off.</summary>
    public static StoreBinding RateLimiter(ServerConfiguration configuration) =>
        new(configuration, "rate_limiter", configuration.RateLimiter.Enabled ? configuration.RateLimiter.Driver : "none", "sockudo_rl:");

    /// <summary>What is connected to.</summary>
    public StoreTopology Topology => driver switch
    {
        "redis-cluster" => StoreTopology.Cluster,
        "redis" => configuration.Held.Get($"{section}.redis.cluster_mode", false) ? StoreTopology.Cluster : StoreTopology.Server,
        _ => StoreTopology.None,
    };

    /// <summary>What every key begins with.</summary>
    public string Prefix => configuration.Held.Get<string?>($"{section}.redis.prefix", null) ?? defaultPrefix;

    /// <summary>The component's own Redis; null for that of <see cref="Connection"/>.</summary>
    public string? Url => configuration.Held.Get<string?>($"{section}.redis.url_override", null);

    /// <summary>The Redis of every component.</summary>
    public RedisConnectionOptions Connection => new ClusterBinding(configuration).Redis();

    /// <summary>Nodes in place of those of <see cref="Connection"/>: the component's own URL, where it names a cluster or no other does.</summary>
    public IList<string> Nodes =>
        Url is { } url && (driver == "redis" || (Connection.Cluster.Nodes.Count == 0 && Connection.ConnectionString is null)) ? [url] : [];

    /// <summary>Where that is; null while it is this node's memory.</summary>
    /// <exception cref="RedisConfigurationException">A value cannot be read.</exception>
    public RedisTarget? Target => Topology switch
    {
        StoreTopology.Server => RedisTargetResolver.Server(Connection, Url),
        StoreTopology.Cluster => RedisTargetResolver.Cluster(Connection, Nodes),
        _ => null,
    };

    /// <summary>What is wrong with all that; null when nothing is.</summary>
    public string? Defect() => Topology == StoreTopology.None ? null : RedisConnectionFactory.Defect(() => Target!);
}

/// <summary>What a component keeps its entries in.</summary>
internal enum StoreTopology
{
    /// <summary>This node's memory.</summary>
    None,

    /// <summary>One Redis server, or the master that sentinels name.</summary>
    Server,

    /// <summary>A Redis Cluster.</summary>
    Cluster,
}

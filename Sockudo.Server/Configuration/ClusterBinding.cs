using Sockudo.Server.Adapters;
using Sockudo.Server.Backplane.Nats;
using Sockudo.Server.Backplane.Redis;
using Sockudo.Server.Backplane.RedisCluster;
using Sockudo.Server.Configuration.Keys;
using Sockudo.Server.RedisConnections;

namespace Sockudo.Server.Configuration;

/// <summary>
/// The options of the cluster and of its brokers, from the values of their keys. A key nobody set stays null where its default may
/// still be told by a connection string.
/// </summary>
internal sealed class ClusterBinding(ServerConfiguration configuration)
{
    private readonly HeldValues _values = configuration.Held;

    /// <summary>The cluster above the broker of this driver.</summary>
    public ClusterOptions Cluster(string label)
    {
        var driver = configuration.Adapter.Driver;
        var section = driver switch { "redis-cluster" => "adapter.cluster", "nats" => "adapter.nats", _ => "adapter.redis" };
        var timeout = driver == "redis" ? "requests_timeout" : "request_timeout_ms";
        var options = new ClusterOptions
        {
            Driver = driver,
            Label = label,
            FallbackToLocal = configuration.Adapter.FallbackToLocal,
            Secret = Text("adapter.cluster_secret"),
            AcceptSecretV1 = Flag("adapter.cluster_secret_accept_v1") ?? false,
            LeaveGraceMs = Number("presence.leave_grace_ms") ?? 0,
        };
        options.Prefix = Text($"{section}.prefix") ?? options.Prefix;
        if (driver == "redis-cluster") options.Partitions = Number("adapter.cluster.partitions") ?? options.Partitions;
        options.RequestTimeoutMs = Number($"{section}.{timeout}") ?? options.RequestTimeoutMs;
        options.RingBytes = Number("adapter.ring_bytes") ?? options.RingBytes;
        options.RingAgeMs = Number("adapter.ring_age_ms") ?? options.RingAgeMs;
        return options;
    }

    /// <summary>Where Redis is.</summary>
    public RedisConnectionOptions Redis()
    {
        var options = new RedisConnectionOptions
        {
            ConnectionString = configuration.RedisConnectionString,
            Host = Text("database.redis.host"),
            Port = Number("database.redis.port"),
            Db = Number("database.redis.db"),
            Username = Text("database.redis.username"),
            Password = Text("database.redis.password"),
            SentinelUsername = Text("database.redis.sentinel_username"),
            SentinelPassword = Text("database.redis.sentinel_password"),
            Name = Text("database.redis.name"),
        };
        if (options.ConnectionString is not null)
        {
            foreach (var (property, option) in AspireKeys.RedisOptions)
            {
                if (AspireKeys.Find<string>(_values, AspireKeys.Redis, "redis", $"ConfigurationOptions:{property}") is { Value: var value })
                    options.ConnectionOptions.Add(option, value);
            }
        }

        options.KeyPrefix = Text("database.redis.key_prefix") ?? options.KeyPrefix;
        options.ConnectTimeoutMs = Number("database.redis.connect_timeout_ms") ?? options.ConnectTimeoutMs;
        Add(options.Sentinels, List("database.redis.sentinels"));
        Add(options.Cluster.Nodes, List("database.redis.cluster.nodes") ?? List("database.redis.cluster_nodes"));
        options.Cluster.Username = Text("database.redis.cluster.username");
        options.Cluster.Password = Text("database.redis.cluster.password");
        options.Cluster.UseTls = Flag("database.redis.cluster.use_tls") ?? false;
        options.Tls.Enabled = Flag("database.redis.tls.enabled");
        options.Tls.CaFile = Text("database.redis.tls.ca_file");
        options.Tls.CertificateFile = Text("database.redis.tls.certificate_file");
        options.Tls.KeyFile = Text("database.redis.tls.key_file");
        options.Tls.KeyPassword = Text("database.redis.tls.key_password");
        options.Tls.ServerName = Text("database.redis.tls.server_name");
        return options;
    }

    /// <summary>The driver redis.</summary>
    public RedisBackplaneOptions RedisBackplane() => new() { Url = Text("adapter.redis.redis_pub_options.url") };

    /// <summary>The driver redis-cluster.</summary>
    public RedisClusterBackplaneOptions RedisCluster()
    {
        var options = new RedisClusterBackplaneOptions { UseShardedPubSub = Flag("adapter.cluster.use_sharded_pubsub") ?? false };
        Add(options.Nodes, List("adapter.cluster.nodes"));
        return options;
    }

    /// <summary>The driver nats.</summary>
    public NatsBackplaneOptions Nats()
    {
        var options = new NatsBackplaneOptions
        {
            Username = Text("adapter.nats.username"),
            Password = Text("adapter.nats.password"),
            Token = Text("adapter.nats.token"),
            CredentialsFile = Text("adapter.nats.credentials_file"),
            NKey = Text("adapter.nats.nkey"),
        };
        options.ConnectionTimeoutMs = Number("adapter.nats.connection_timeout_ms") ?? options.ConnectionTimeoutMs;
        Add(options.Servers, configuration.NatsConnectionString is { } url ? [url] : List("adapter.nats.servers"));
        options.Tls.Enabled = Flag("adapter.nats.tls.enabled");
        options.Tls.CaFile = Text("adapter.nats.tls.ca_file");
        options.Tls.CertificateFile = Text("adapter.nats.tls.certificate_file");
        options.Tls.KeyFile = Text("adapter.nats.tls.key_file");
        return options;
    }

    private static void Add(IList<string> target, IReadOnlyList<string>? items)
    {
        foreach (var item in items ?? []) target.Add(item);
    }

    private string? Text(string path) => (string?)_values.Find(path);

    private int? Number(string path) => _values.Find(path) is long number ? (int)Math.Min(number, int.MaxValue) : null;

    private bool? Flag(string path) => (bool?)_values.Find(path);

    private IReadOnlyList<string>? List(string path) => _values.Find(path) is IReadOnlyList<string> { Count: > 0 } list ? list : null;
}

using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Sections <c>database</c> and <c>database_pooling</c>.</summary>
internal static class DatabaseKeys
{
    private const string ClusterVariables = "REDIS_CLUSTER_NODES DATABASE_REDIS_CLUSTER_NODES";

    /// <summary>Redis.</summary>
    public static readonly KeySection Redis = new("Redis", "Where Redis is. A URL of a component (`REDIS_URL`) wins over it for that component.", [
        Held.Text("database.redis.host", "127.0.0.1", "Host; may begin with redis:// or rediss://.", "DATABASE_REDIS_HOST", secrecy: Secrecy.Url),
        Held.Integer("database.redis.port", 6379, "Port.", "DATABASE_REDIS_PORT", maximum: 65535),
        Held.Integer("database.redis.db", 0, "Database number.", "DATABASE_REDIS_DB"),
        Held.OptionalText("database.redis.username", null, "User of an ACL; an empty variable is none.", "DATABASE_REDIS_USERNAME", emptyClears: true),
        Held.OptionalText("database.redis.password", null, "Password.", "DATABASE_REDIS_PASSWORD", secrecy: Secrecy.Secret),
        Held.Text("database.redis.key_prefix", "sockudo:", "Prefix where a component has none.", "DATABASE_REDIS_KEY_PREFIX"),
        Held.Of("database.redis.sentinels", EndpointList.Nodes("localhost", 26379), [], "Sentinels; when there are any, the master is asked from them."),
        Held.OptionalText("database.redis.sentinel_password", null, "Password of the sentinels.", secrecy: Secrecy.Secret),
        Held.OptionalText("database.redis.sentinel_username", null, "User of the sentinels."),
        Held.Text("database.redis.name", "mymaster", "Name of the master the sentinels know."),
        Held.Of("database.redis.cluster.nodes", EndpointList.Nodes("127.0.0.1", 7000), [], "Seeds of a Redis Cluster.", ClusterVariables, secrecy: Secrecy.Url),
        Held.OptionalText("database.redis.cluster.username", null, "User, else `database.redis.username`.", "DATABASE_REDIS_CLUSTER_USERNAME"),
        Held.OptionalText("database.redis.cluster.password", null, "Password, else `database.redis.password`.", "DATABASE_REDIS_CLUSTER_PASSWORD", secrecy: Secrecy.Secret),
        Held.Boolean("database.redis.cluster.use_tls", false, "TLS for seeds without a scheme. `useTLS` is accepted too.", "DATABASE_REDIS_CLUSTER_USE_TLS", alias: "database.redis.cluster.useTLS"),
        Held.Boolean("database.redis.tls.enabled", false, "Speak TLS; rediss:// does too."),
        Held.OptionalText("database.redis.tls.ca_file", null, "PEM file of authorities trusted instead of the system's."),
        Held.OptionalText("database.redis.tls.certificate_file", null, "Client certificate, PEM, or PKCS#12 without a key file."),
        Held.OptionalText("database.redis.tls.key_file", null, "Private key of the client certificate, PEM."),
        Held.OptionalText("database.redis.tls.key_password", null, "Password of the key.", secrecy: Secrecy.Secret),
        Held.OptionalText("database.redis.tls.server_name", null, "Name the server's certificate must bear, else the host."),
        Held.Integer("database.redis.connect_timeout_ms", 5000, "Deadline of one attempt to connect.", unit: "ms", minimum: 1),
        Held.OptionalInteger("database.redis.connection_pool_size", null, "The original's documentation names it, its server never read it.", "REDIS_CONNECTION_POOL_SIZE", Notices.RedisPool),
        Held.Of("database.redis.cluster_nodes", EndpointList.Nodes("127.0.0.1", 7000), [], "Older form of `database.redis.cluster.nodes`, read when that is empty.", ClusterVariables, secrecy: Secrecy.Url),
    ]);

    /// <summary>The databases of app managers.</summary>
    public static readonly KeySection Databases = new("Databases", "For app managers that are not in this build: checked and kept.", [
        .. Sql("database.mysql", "DATABASE_MYSQL", poolSize: "DATABASE_CONNECTION_POOL_SIZE", cache: true, table: "DATABASE_MYSQL_TABLE_NAME"),
        .. Sql("database.postgres", "DATABASE_POSTGRES", poolSize: "", cache: false, table: ""),
        Held.Text("database.dynamodb.region", "us-east-1", "AWS region.", "DATABASE_DYNAMODB_REGION"),
        Held.Text("database.dynamodb.table_name", "sockudo-applications", "Table.", "DATABASE_DYNAMODB_TABLE_NAME"),
        Held.Of("database.dynamodb.endpoint_url", UrlFormat.Http, null, "Another endpoint than AWS.", "DATABASE_DYNAMODB_ENDPOINT_URL", secrecy: Secrecy.Url),
        Held.OptionalText("database.dynamodb.aws_access_key_id", null, "Access key.", "AWS_ACCESS_KEY_ID"),
        Held.OptionalText("database.dynamodb.aws_secret_access_key", null, "Secret key.", "AWS_SECRET_ACCESS_KEY", secrecy: Secrecy.Secret),
        Held.OptionalText("database.dynamodb.aws_profile_name", null, "Profile."),
        .. Scylla("database.scylladb", null),
        Held.Boolean("database_pooling.enabled", true, "Pool SQL connections.", "DATABASE_POOLING_ENABLED", Notices.SqlPool),
        Held.Integer("database_pooling.min", 2, "Smallest SQL pool.", "DATABASE_POOL_MIN", notice: Notices.SqlPool),
        Held.Integer("database_pooling.max", 10, "Largest SQL pool.", "DATABASE_POOL_MAX", notice: Notices.SqlPool),
    ]);

    /// <summary>The keys of ScyllaDB, which stand in two places of the original.</summary>
    public static IEnumerable<ConfigurationKey<ServerConfiguration>> Scylla(string section, KeyNotice? notice) =>
    [
        Held.Of($"{section}.nodes", EndpointList.Hosts, ["127.0.0.1:9042"], "Nodes.", notice: notice),
        Held.Text($"{section}.keyspace", "sockudo", "Keyspace.", notice: notice),
        Held.Text($"{section}.table_name", "applications", "Table.", notice: notice),
        Held.OptionalText($"{section}.username", null, "User.", notice: notice),
        Held.OptionalText($"{section}.password", null, "Password.", notice: notice, secrecy: Secrecy.Secret),
        Held.Text($"{section}.replication_class", "SimpleStrategy", "Replication strategy.", notice: notice),
        Held.Integer($"{section}.replication_factor", 3, "Replicas.", notice: notice),
    ];

    private static IEnumerable<ConfigurationKey<ServerConfiguration>> Sql(string section, string variable, string poolSize, bool cache, string table) =>
    [
        Held.Text($"{section}.host", "localhost", "Host.", $"{variable}_HOST"),
        Held.Integer($"{section}.port", 3306, "Port; the original's default is the same for both databases.", $"{variable}_PORT", maximum: 65535),
        Held.Text($"{section}.username", "root", "User.", $"{variable}_USERNAME"),
        Held.Text($"{section}.password", "", "Password.", $"{variable}_PASSWORD", secrecy: Secrecy.Secret),
        Held.Text($"{section}.database", "sockudo", "Database.", $"{variable}_DATABASE"),
        Held.Text($"{section}.table_name", "applications", "Table.", table),
        Held.Integer($"{section}.connection_pool_size", 10, "Largest pool when pooling is off.", poolSize),
        Held.OptionalInteger($"{section}.pool_min", null, "Smallest pool, else `database_pooling.min`.", $"{variable}_POOL_MIN"),
        Held.OptionalInteger($"{section}.pool_max", null, "Largest pool, else `database_pooling.max`.", $"{variable}_POOL_MAX"),
        Held.Integer($"{section}.cache_ttl", 300, "How long an app is kept.", cache ? "CACHE_TTL_SECONDS" : "", "seconds"),
        Held.Integer($"{section}.cache_cleanup_interval", 60, "Time between removals.", cache ? "CACHE_CLEANUP_INTERVAL" : "", "seconds"),
        Held.Integer($"{section}.cache_max_capacity", 100, "Most apps kept.", cache ? "CACHE_MAX_CAPACITY" : ""),
    ];
}

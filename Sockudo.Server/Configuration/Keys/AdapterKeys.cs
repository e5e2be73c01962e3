using Sockudo.Server.Configuration.Values;

namespace Sockudo.Server.Configuration.Keys;

/// <summary>Section <c>adapter</c>.</summary>
internal static class AdapterKeys
{
    private const string DefaultPrefix = "sockudo_adapter:";

    /// <summary>The section.</summary>
    public static readonly KeySection Section = new(
        "Adapter",
        "How subscribers on other nodes are reached. The keys of a top-level `cluster_health` count for `adapter.cluster_health` when the latter is absent.",
        [
            Key.Of("adapter.driver", new ChoiceFormat(["local", "redis", "redis-cluster", "nats"], ["local", "redis", "redis-cluster", "nats"], false, ("redis_cluster", "redis-cluster")), c => c.Adapter.Driver, (c, v) => c.Adapter.Driver = v,
                "`local` is one node without dependencies.", "ADAPTER_DRIVER"),
            Held.Integer("adapter.buffer_multiplier_per_cpu", 64, "The original's fan-out concurrency.", "ADAPTER_BUFFER_MULTIPLIER_PER_CPU", notice: Notices.Sizing),
            Key.Boolean("adapter.enable_socket_counting", c => c.Adapter.EnableSocketCounting, (c, v) => c.Adapter.EnableSocketCounting = v,
                "Count sockets across the cluster; no effect on the local adapter.", "ADAPTER_ENABLE_SOCKET_COUNTING"),
            Key.Boolean("adapter.fallback_to_local", c => c.Adapter.FallbackToLocal, (c, v) => c.Adapter.FallbackToLocal = v,
                "A broker that is missing at start lets the node run alone. (The original's default is true: a silent split that loses events.)", "ADAPTER_FALLBACK_TO_LOCAL"),
            Key.Boolean("adapter.cluster_health.enabled", c => c.Adapter.ClusterHealth.Enabled, (c, v) => c.Adapter.ClusterHealth.Enabled = v,
                "Declare silent nodes dead.", "CLUSTER_HEALTH_ENABLED"),
            Key.Integer("adapter.cluster_health.heartbeat_interval_ms", 0, Key.MaxCount, c => c.Adapter.ClusterHealth.HeartbeatIntervalMs, (c, v) => c.Adapter.ClusterHealth.HeartbeatIntervalMs = v,
                "Time between heartbeats; at most a third of the next key.", "CLUSTER_HEALTH_HEARTBEAT_INTERVAL", "ms"),
            Key.Integer("adapter.cluster_health.node_timeout_ms", 0, Key.MaxCount, c => c.Adapter.ClusterHealth.NodeTimeoutMs, (c, v) => c.Adapter.ClusterHealth.NodeTimeoutMs = v,
                "A node silent for this long is dead.", "CLUSTER_HEALTH_NODE_TIMEOUT", "ms"),
            Key.Integer("adapter.cluster_health.cleanup_interval_ms", 0, Key.MaxCount, c => c.Adapter.ClusterHealth.CleanupIntervalMs, (c, v) => c.Adapter.ClusterHealth.CleanupIntervalMs = v,
                "Time between looks for dead nodes; at most `node_timeout_ms`.", "CLUSTER_HEALTH_CLEANUP_INTERVAL", "ms"),
            Held.Integer("adapter.ring_bytes", 64 * 1024 * 1024, "How much of what it said a node keeps, so that others can catch up after an outage of the broker. Full: the oldest goes, a node that still needed it counts a loss.", unit: "bytes", minimum: 256 * 1024),
            Held.Integer("adapter.ring_age_ms", 300_000, "How long a node keeps it at most; at least twice `node_timeout_ms`.", unit: "ms"),
            Held.Integer("adapter.redis.requests_timeout", 5000, "Deadline of requests between nodes.", "ADAPTER_REQUEST_TIMEOUT", "ms"),
            Held.Text("adapter.redis.prefix", DefaultPrefix, "Prefix of channels.", "ADAPTER_REDIS_PREFIX"),
            Held.Of("adapter.redis.redis_pub_options.url", UrlFormat.Redis, null, "The adapter's Redis; wins over `database.redis`.", "ADAPTER_REDIS_URL REDIS_URL", secrecy: Secrecy.Url),
            Held.Of("adapter.redis.redis_sub_options.url", UrlFormat.Redis, null, "Accepted; one connection serves both directions.", "REDIS_URL", secrecy: Secrecy.Url),
            Held.Boolean("adapter.redis.cluster_mode", false, "Accepted; the driver `redis-cluster` is what chooses a cluster."),
            Held.Of("adapter.cluster.nodes", EndpointList.RedisSeeds, [], "Seeds of the Redis Cluster.", "REDIS_CLUSTER_NODES DATABASE_REDIS_CLUSTER_NODES", secrecy: Secrecy.Url),
            Held.Text("adapter.cluster.prefix", DefaultPrefix, "Prefix of channels."),
            Held.Integer("adapter.cluster.request_timeout_ms", 5000, "Deadline of requests between nodes. (The original's default is 1000; its documentation says 5000.)", unit: "ms"),
            Held.Boolean("adapter.cluster.use_connection_manager", true, "Accepted; connections are always managed."),
            Held.Boolean("adapter.cluster.use_sharded_pubsub", false, "Sharded pub/sub of Redis 7."),
            Held.Integer("adapter.cluster.partitions", 1, "Into how many topics a node cuts what it says, so that several Redis nodes share the load; more than 1 needs sharded pub/sub; the same on all nodes.", minimum: 1, maximum: 64),
            Held.Of("adapter.nats.servers", EndpointList.NatsServers, ["nats://localhost:4222"], "The NATS servers.", "NATS_SERVERS", secrecy: Secrecy.Url),
            Held.Text("adapter.nats.prefix", DefaultPrefix, "Prefix of subjects."),
            Held.Integer("adapter.nats.request_timeout_ms", 5000, "Deadline of requests between nodes.", "NATS_REQUEST_TIMEOUT_MS", "ms"),
            Held.Integer("adapter.nats.connection_timeout_ms", 5000, "Deadline of connecting.", "NATS_CONNECTION_TIMEOUT_MS", "ms"),
            Held.OptionalText("adapter.nats.username", null, "Used together with the password.", "NATS_USERNAME"),
            Held.OptionalText("adapter.nats.password", null, "Used together with the user name.", "NATS_PASSWORD", secrecy: Secrecy.Secret),
            Held.OptionalText("adapter.nats.token", null, "Used when user name and password are not both set.", "NATS_TOKEN", secrecy: Secrecy.Secret),
            Held.OptionalText("adapter.nats.credentials_file", null, "Credentials file (JWT and NKey seed), used when there is neither user nor token."),
            Held.OptionalText("adapter.nats.nkey", null, "NKey seed, or the path of a file that holds it; used when nothing of the above is set.", secrecy: Secrecy.Secret),
            Held.Boolean("adapter.nats.tls.enabled", false, "Demand TLS; a tls:// server or a file below does too."),
            Held.OptionalText("adapter.nats.tls.ca_file", null, "PEM file of authorities trusted instead of the system's."),
            Held.OptionalText("adapter.nats.tls.certificate_file", null, "Client certificate, PEM."),
            Held.OptionalText("adapter.nats.tls.key_file", null, "Private key of the client certificate, PEM."),
            Held.OptionalInteger("adapter.nats.nodes_number", null, "Accepted; nodes find each other.", notice: Notices.NodesFindEachOther),
            Held.OptionalText("adapter.cluster_secret", null, "Authenticates every message between nodes (HMAC-SHA256), so that forged and recorded ones are worth nothing; the same on all of them.", "ADAPTER_CLUSTER_SECRET", secrecy: Secrecy.Secret),
            Held.Boolean("adapter.cluster_secret_accept_v1", false, "For the time of an upgrade: nodes of a version that signs messages without their topic are admitted, though what they said can be recorded and replayed.", "ADAPTER_CLUSTER_SECRET_ACCEPT_V1"),
        ]);
}

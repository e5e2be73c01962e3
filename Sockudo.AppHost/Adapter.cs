namespace Sockudo.AppHost;

/// <summary>How the servers reach each other; the values of <c>Sockudo:Adapter</c>.</summary>
internal enum Adapter
{
    /// <summary><c>local</c>: one server, no broker.</summary>
    Local,

    /// <summary><c>redis</c>: one Redis server; the default.</summary>
    Redis,

    /// <summary><c>redis-sentinel</c>: a Redis master with a replica, watched by three sentinels.</summary>
    RedisSentinel,

    /// <summary><c>redis-cluster</c>: a Redis Cluster of three masters with a replica each.</summary>
    RedisCluster,

    /// <summary><c>nats</c>: one NATS server.</summary>
    Nats,
}

namespace Sockudo.Tests.Cluster.Snippets;

/// <summary>Every JSON and environment snippet of the original's page about adapters, as it stands there.</summary>
internal static class SeedPage
{
    public static IReadOnlyList<Snippet> Snippets { get; } =
    [
        Snippet.OfFile("selection", """
            {
              "adapter": {
                "driver": "redis",
                "enable_socket_counting": true
              }
            }
            """),
        Snippet.OfEnvironment("selection by a variable", """
            ADAPTER_DRIVER=redis  # local, redis, redis-cluster, nats
            """),
        Snippet.OfFile("local", """
            {
              "adapter": {
                "driver": "local",
                "enable_socket_counting": true
              }
            }
            """),
        Snippet.OfFile("redis", """
            {
              "adapter": {
                "driver": "redis"
              },
              "database": {
                "redis": {
                  "host": "localhost",
                  "port": 6379,
                  "password": "your-password",
                  "db": 0,
                  "key_prefix": "sockudo:"
                }
              }
            }
            """),
        Snippet.OfEnvironment("redis by variables", """
            ADAPTER_DRIVER=redis
            DATABASE_REDIS_HOST=localhost
            DATABASE_REDIS_PORT=6379
            DATABASE_REDIS_PASSWORD=secret
            DATABASE_REDIS_DB=0
            DATABASE_REDIS_KEY_PREFIX=sockudo:
            """),
        Snippet.OfEnvironment("redis by a URL", """
            REDIS_URL=redis://username:password@host:port/db
            """),
        Snippet.OfFile("sentinel", """
            {
              "adapter": {
                "driver": "redis"
              },
              "database": {
                "redis": {
                  "sentinels": [
                    { "host": "sentinel1.example.com", "port": 26379 },
                    { "host": "sentinel2.example.com", "port": 26379 },
                    { "host": "sentinel3.example.com", "port": 26379 }
                  ],
                  "sentinel_password": "optional-sentinel-auth",
                  "name": "mymaster",
                  "password": "optional-redis-master-password",
                  "username": "optional-username",
                  "db": 0,
                  "key_prefix": "sockudo:"
                }
              }
            }
            """),
        // The page gives it as a pattern, with brackets around what may be left out.
        Snippet.OfEnvironment("sentinel by a URL", """
            REDIS_URL=redis+sentinel://sentinelpass@host1:port1,host2:port2/mymaster/0?password=masterpass
            """),
        Snippet.OfFile("redis-cluster", """
            {
              "adapter": {
                "driver": "redis-cluster",
                "cluster": {
                  "nodes": [
                    "redis-1:7000",
                    "redis-2:7001",
                    "redis-3:7002"
                  ],
                  "prefix": "sockudo_adapter:",
                  "request_timeout_ms": 5000,
                  "use_connection_manager": true
                },
                "cluster_health": {
                  "enabled": true,
                  "heartbeat_interval_ms": 10000,
                  "node_timeout_ms": 30000,
                  "cleanup_interval_ms": 10000
                }
              }
            }
            """),
        Snippet.OfEnvironment("redis-cluster by variables", """
            ADAPTER_DRIVER=redis-cluster

            # Comma-separated list of cluster nodes
            REDIS_CLUSTER_NODES=redis-1:7000,redis-2:7001,redis-3:7002
            # or
            DATABASE_REDIS_CLUSTER_NODES=redis-1:7000,redis-2:7001,redis-3:7002

            # Optional auth/TLS
            DATABASE_REDIS_CLUSTER_USERNAME=user
            DATABASE_REDIS_CLUSTER_PASSWORD=secret
            DATABASE_REDIS_CLUSTER_USE_TLS=false
            """),
        Snippet.OfEnvironment("nats", """
            ADAPTER_DRIVER=nats

            # Comma-separated list of NATS servers
            NATS_SERVERS=nats://nats-1:4222,nats://nats-2:4222

            # Authentication (optional)
            NATS_USERNAME=user
            NATS_PASSWORD=secret
            # or
            NATS_TOKEN=auth-token

            # Connection settings
            NATS_CONNECTION_TIMEOUT_MS=5000
            NATS_REQUEST_TIMEOUT_MS=5000
            """),
        Snippet.OfFile("unix socket", """
            {
              "unix_socket": {
                "enabled": true,
                "path": "/var/run/sockudo/sockudo.sock",
                "permission_mode": "660"
              }
            }
            """),
        Snippet.OfEnvironment("unix socket by variables", """
            UNIX_SOCKET_ENABLED=true
            UNIX_SOCKET_PATH=/var/run/sockudo/sockudo.sock
            UNIX_SOCKET_PERMISSION_MODE=660
            """),
        Snippet.OfEnvironment("socket counting", """
            ADAPTER_ENABLE_SOCKET_COUNTING=false
            """),
        Snippet.OfEnvironment("pools", """
            REDIS_CONNECTION_POOL_SIZE=10
            DATABASE_POOL_MIN=2
            DATABASE_POOL_MAX=10
            """),
    ];
}

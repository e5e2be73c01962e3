using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>Every snippet of the page about adapters: those of the local adapter start, the others are understood and refused by the driver's name only.</summary>
public sealed class AdaptersPageTests
{
    public static TheoryData<string, bool> Files() => new()
    {
        { """ "adapter": { "driver": "local", "enable_socket_counting": true } """, true },
        { """ "unix_socket": { "enabled": true, "path": "/var/run/sockudo/sockudo.sock", "permission_mode": "660" } """, true },
        { """ "adapter": { "driver": "redis", "enable_socket_counting": true } """, false },
        { """ "adapter": { "driver": "redis" }, "database": { "redis": { "host": "localhost", "port": 6379, "password": "your-password", "db": 0, "key_prefix": "sockudo:" } } """, false },
        {
            """
            "adapter": { "driver": "redis" },
            "database": { "redis": { "sentinels": [ { "host": "sentinel1.example.com", "port": 26379 }, { "host": "sentinel2.example.com", "port": 26379 } ], "sentinel_password": "optional",
              "name": "mymaster", "password": "optional", "username": "optional", "db": 0, "key_prefix": "sockudo:" } }
            """, false
        },
        {
            """
            "adapter": { "driver": "redis-cluster",
              "cluster": { "nodes": [ "redis-1:7000", "redis-2:7001", "redis-3:7002" ], "prefix": "sockudo_adapter:", "request_timeout_ms": 5000, "use_connection_manager": true },
              "cluster_health": { "enabled": true, "heartbeat_interval_ms": 10000, "node_timeout_ms": 30000, "cleanup_interval_ms": 10000 } }
            """, false
        },
    };

    public static TheoryData<string, bool> Environments() => new()
    {
        { "ADAPTER_DRIVER=local ADAPTER_ENABLE_SOCKET_COUNTING=false", true },
        { "REDIS_URL=redis://username:password@host:6379/2", true },
        { "UNIX_SOCKET_ENABLED=true UNIX_SOCKET_PATH=/var/run/sockudo/sockudo.sock UNIX_SOCKET_PERMISSION_MODE=660", true },
        { "DATABASE_POOL_MIN=2 DATABASE_POOL_MAX=10 REDIS_CONNECTION_POOL_SIZE=10", true },
        { "ADAPTER_DRIVER=redis DATABASE_REDIS_HOST=localhost DATABASE_REDIS_PORT=6379 DATABASE_REDIS_PASSWORD=secret DATABASE_REDIS_DB=0 DATABASE_REDIS_KEY_PREFIX=sockudo:", false },
        { "ADAPTER_DRIVER=redis-cluster REDIS_CLUSTER_NODES=redis-1:7000,redis-2:7001,redis-3:7002", false },
        { "ADAPTER_DRIVER=redis-cluster DATABASE_REDIS_CLUSTER_NODES=redis-1:7000,redis-2:7001 DATABASE_REDIS_CLUSTER_USERNAME=user DATABASE_REDIS_CLUSTER_PASSWORD=secret DATABASE_REDIS_CLUSTER_USE_TLS=false", false },
        { "ADAPTER_DRIVER=nats NATS_SERVERS=nats://nats-1:4222,nats://nats-2:4222 NATS_USERNAME=user NATS_PASSWORD=secret NATS_CONNECTION_TIMEOUT_MS=5000 NATS_REQUEST_TIMEOUT_MS=5000", false },
        { "ADAPTER_DRIVER=nats NATS_SERVERS=nats://nats-1:4222 NATS_TOKEN=auth-token", false },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Files_of_the_page_are_understood(string members, bool starts) => Expect(Load(OneApp[..^1] + "," + members + "}"), starts);

    [Theory]
    [MemberData(nameof(Environments))]
    public void Variables_of_the_page_are_understood(string variables, bool starts) =>
        Expect(Load(environment: variables.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1])), starts);

    private static void Expect(Sockudo.Server.Configuration.ConfigurationResult result, bool starts)
    {
        Assert.Empty(result.Warnings);
        if (starts) Assert.Empty(result.Errors);
        else Assert.Equal("adapter.driver", Assert.Single(result.Errors, error => error.Problem.Contains("not in this build", StringComparison.Ordinal)).Path);
    }
}

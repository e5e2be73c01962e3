using Xunit;
using static Sockudo.Tests.Unit.Configuration.Loading;

namespace Sockudo.Tests.Unit.Configuration;

/// <summary>Every snippet of the page about adapters: each is understood whole and starts.</summary>
public sealed class AdaptersPageTests
{
    public static TheoryData<string> Files() => new()
    {
        { """ "adapter": { "driver": "local", "enable_socket_counting": true } """ },
        { """ "unix_socket": { "enabled": true, "path": "/var/run/sockudo/sockudo.sock", "permission_mode": "660" } """ },
        { """ "adapter": { "driver": "redis", "enable_socket_counting": true } """ },
        { """ "adapter": { "driver": "redis" }, "database": { "redis": { "host": "localhost", "port": 6379, "password": "your-password", "db": 0, "key_prefix": "sockudo:" } } """ },
        {
            """
            "adapter": { "driver": "redis" },
            "database": { "redis": { "sentinels": [ { "host": "sentinel1.example.com", "port": 26379 }, { "host": "sentinel2.example.com", "port": 26379 } ], "sentinel_password": "optional",
              "name": "mymaster", "password": "optional", "username": "optional", "db": 0, "key_prefix": "sockudo:" } }
            """
        },
        {
            """
            "adapter": { "driver": "redis-cluster",
              "cluster": { "nodes": [ "redis-1:7000", "redis-2:7001", "redis-3:7002" ], "prefix": "sockudo_adapter:", "request_timeout_ms": 5000, "use_connection_manager": true },
              "cluster_health": { "enabled": true, "heartbeat_interval_ms": 10000, "node_timeout_ms": 30000, "cleanup_interval_ms": 10000 } }
            """
        },
    };

    public static TheoryData<string> Environments() => new()
    {
        { "ADAPTER_DRIVER=local ADAPTER_ENABLE_SOCKET_COUNTING=false" },
        { "REDIS_URL=redis://username:password@host:6379/2" },
        { "UNIX_SOCKET_ENABLED=true UNIX_SOCKET_PATH=/var/run/sockudo/sockudo.sock UNIX_SOCKET_PERMISSION_MODE=660" },
        { "ADAPTER_DRIVER=redis DATABASE_REDIS_HOST=localhost DATABASE_REDIS_PORT=6379 DATABASE_REDIS_PASSWORD=secret DATABASE_REDIS_DB=0 DATABASE_REDIS_KEY_PREFIX=sockudo:" },
        { "ADAPTER_DRIVER=redis-cluster REDIS_CLUSTER_NODES=redis-1:7000,redis-2:7001,redis-3:7002" },
        { "ADAPTER_DRIVER=redis-cluster DATABASE_REDIS_CLUSTER_NODES=redis-1:7000,redis-2:7001 DATABASE_REDIS_CLUSTER_USERNAME=user DATABASE_REDIS_CLUSTER_PASSWORD=secret DATABASE_REDIS_CLUSTER_USE_TLS=false" },
        { "ADAPTER_DRIVER=nats NATS_SERVERS=nats://nats-1:4222,nats://nats-2:4222 NATS_USERNAME=user NATS_PASSWORD=secret NATS_CONNECTION_TIMEOUT_MS=5000 NATS_REQUEST_TIMEOUT_MS=5000" },
        { "ADAPTER_DRIVER=nats NATS_SERVERS=nats://nats-1:4222 NATS_TOKEN=auth-token" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Files_of_the_page_are_understood(string members) => Expect(Load(OneApp[..^1] + "," + members + "}"));

    [Theory]
    [MemberData(nameof(Environments))]
    public void Variables_of_the_page_are_understood(string variables) =>
        Expect(Load(environment: variables.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1])));

    private static void Expect(Sockudo.Server.Configuration.ConfigurationResult result)
    {
        Assert.Empty(result.Warnings);
        Assert.Empty(result.Errors);
    }
}

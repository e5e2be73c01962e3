using System.Text.Json.Nodes;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>The brokers of the fault tests.</summary>
internal static class FaultBrokers
{
    internal sealed class Redis : FaultBroker
    {
        private readonly RedisServer _server = new();

        public override int? ProxiedPort => _server.Port;

        public int Port => _server.Port;

        public override IEnumerable<BrokerProcess> Processes => [_server.Process];

        public override Task StartAsync() => _server.StartAsync();

        public override void Configure(ServerSetup setup, int? proxyPort) => setup
            .Set("adapter.driver", "redis")
            .Set("database.redis.host", "127.0.0.1")
            .Set("database.redis.port", proxyPort);
    }

    internal sealed class Sentinel : FaultBroker
    {
        public SentinelSet Set { get; } = new();

        public override IEnumerable<BrokerProcess> Processes => Set.Processes;

        public override Task StartAsync() => Set.StartAsync();

        public override void Configure(ServerSetup setup, int? proxyPort) => setup
            .Set("adapter.driver", "redis")
            .Set("database.redis.sentinels", new JsonArray([.. Set.SentinelPorts.Select(static port => new JsonObject { ["host"] = "127.0.0.1", ["port"] = port })]))
            .Set("database.redis.sentinel_password", SentinelSet.SentinelPassword)
            .Set("database.redis.password", SentinelSet.Password)
            .Set("database.redis.name", SentinelSet.MasterName);

        public override async Task ReviveAsync()
        {
            await base.ReviveAsync();
            await Set.ServesAsync();
        }
    }

    internal sealed class RedisCluster : FaultBroker
    {
        public RedisClusterSet Set { get; } = new();

        public override IEnumerable<BrokerProcess> Processes => Set.Servers.Select(static server => server.Process);

        public override Task StartAsync() => Set.StartAsync();

        public override void Configure(ServerSetup setup, int? proxyPort) => setup
            .Set("adapter.driver", "redis-cluster")
            .Set("database.redis.cluster.nodes", new JsonArray([.. Set.Servers.Take(2).Select(static server => new JsonObject { ["host"] = "127.0.0.1", ["port"] = server.Port })]))
            .Set("database.redis.cluster.password", RedisClusterSet.Password);

        public override Task ReviveAsync() => Set.ReviveAsync();
    }

    internal sealed class Nats : FaultBroker
    {
        public NatsClusterSet Set { get; } = new();

        public override IEnumerable<BrokerProcess> Processes => Set.Servers.Select(static server => server.Process);

        public override Task StartAsync() => Set.StartAsync();

        public override void Configure(ServerSetup setup, int? proxyPort) => setup
            .Set("adapter.driver", "nats")
            .Set("adapter.nats.servers", new JsonArray([.. Set.Servers.Select(static server => JsonValue.Create($"nats://{Address(server.Port)}"))]))
            .Set("adapter.nats.token", NatsClusterSet.Token);

        public override Task ReviveAsync() => Set.StartAsync();
    }
}

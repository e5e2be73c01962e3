using System.Text.Json.Nodes;
using NATS.Client.Core;
using Sockudo.Tests.Cluster.Brokers;
using Sockudo.Tests.Infrastructure;

namespace Sockudo.Tests.Cluster.Faults;

/// <summary>The brokers of the fault tests.</summary>
internal static class FaultBrokers
{
    internal sealed class Redis : FaultBroker
    {
        private readonly RedisServer _server = new(isProxied: true);

        public override IEnumerable<BrokerProcess> Processes => [_server.Process];

        public override IEnumerable<FaultProxy> Proxies => [_server.Proxy!];

        public override Task StartAsync() => _server.StartAsync();

        public override Task<BrokerIntruder> IntrudeAsync() => BrokerIntruder.OnRedis.ConnectAsync(_server.Port);

        public override void Configure(ServerSetup setup) => setup
            .Set("adapter.driver", "redis")
            .Set("database.redis.host", "127.0.0.1")
            .Set("database.redis.port", _server.PublicPort);
    }

    /// <summary>A master, two replicas, three sentinels. The sentinels know every server, and name every sentinel, by its proxy.</summary>
    internal sealed class Sentinel : FaultBroker
    {
        public SentinelSet Set { get; } = new(isProxied: true);

        public override IEnumerable<BrokerProcess> Processes => Set.Processes;

        public override IEnumerable<FaultProxy> Proxies => Set.Proxies;

        public override Task StartAsync() => Set.StartAsync();

        public override Task<BrokerIntruder> IntrudeAsync() => BrokerIntruder.OnRedis.ConnectAsync(Set.Master().PublicPort, SentinelSet.Password);

        public override void Configure(ServerSetup setup) => setup
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

    /// <summary>Three masters, three replicas, each announcing its proxy; two are named to the nodes, the others learned.</summary>
    internal sealed class RedisCluster : FaultBroker
    {
        public RedisClusterSet Set { get; } = new(isProxied: true);

        public override IEnumerable<BrokerProcess> Processes => Set.Servers.Select(static server => server.Process);

        public override IEnumerable<FaultProxy> Proxies => Set.Servers.Select(static server => server.Proxy!);

        public override Task StartAsync() => Set.StartAsync();

        public override Task<BrokerIntruder> IntrudeAsync() => BrokerIntruder.OnRedis.ConnectAsync(Set.Servers[0].PublicPort, RedisClusterSet.Password);

        public override void Configure(ServerSetup setup) => setup
            .Set("adapter.driver", "redis-cluster")
            .Set("database.redis.cluster.nodes", new JsonArray([.. Set.Servers.Take(2).Select(static server => new JsonObject { ["host"] = "127.0.0.1", ["port"] = server.PublicPort })]))
            .Set("database.redis.cluster.password", RedisClusterSet.Password);

        public override Task ReviveAsync() => Set.ReviveAsync();
    }

    /// <summary>Three NATS servers that route to one another and advertise their proxies.</summary>
    internal sealed class Nats : FaultBroker
    {
        public NatsClusterSet Set { get; } = new(isProxied: true);

        public override IEnumerable<BrokerProcess> Processes => Set.Servers.Select(static server => server.Process);

        public override IEnumerable<FaultProxy> Proxies => Set.Servers.Select(static server => server.Proxy!);

        public override Task StartAsync() => Set.StartAsync();

        public override Task<BrokerIntruder> IntrudeAsync() => Task.FromResult<BrokerIntruder>(new BrokerIntruder.OnNats(new NatsConnection(
            new NatsOpts { Url = $"nats://{Address(Set.Servers[0].Port)}", AuthOpts = new NatsAuthOpts { Token = NatsClusterSet.Token } })));

        public override void Configure(ServerSetup setup) => setup
            .Set("adapter.driver", "nats")
            .Set("adapter.nats.servers", new JsonArray([.. Set.Servers.Select(static server => JsonValue.Create($"nats://{Address(server.PublicPort)}"))]))
            .Set("adapter.nats.token", NatsClusterSet.Token);

        public override Task ReviveAsync() => Set.StartAsync();
    }
}

using Sockudo.AppHost.Brokers.Health;

namespace Sockudo.AppHost.Brokers.Containers;

/// <summary>A Redis Cluster in one container: three masters with a replica each on the ports 7000 to 7005.</summary>
internal static class RedisClusterGroup
{
    private const int FirstPort = 7000;
    private const int Nodes = 6;

    // The address is announced as clients see it; the nodes meet on it too, inside the container.
    private const string Script =
        """
        set -e
        trap 'exit 0' TERM INT # as the container's first process sh would ignore them
        for port in 7000 7001 7002 7003 7004 7005; do
          mkdir -p /data/$port
          redis-server --port $port --dir /data/$port --save '' --appendonly no --protected-mode no \
            --requirepass "$REDIS_PASSWORD" --masterauth "$REDIS_PASSWORD" \
            --cluster-enabled yes --cluster-config-file nodes.conf --cluster-node-timeout 2000 --cluster-announce-ip 127.0.0.1 &
        done
        export REDISCLI_AUTH="$REDIS_PASSWORD"
        for port in 7000 7001 7002 7003 7004 7005; do
          until redis-cli -p $port ping | grep -q PONG; do sleep 0.2; done
        done
        if redis-cli -p 7000 cluster info | grep -q cluster_known_nodes:1; then
          redis-cli --cluster create 127.0.0.1:7000 127.0.0.1:7001 127.0.0.1:7002 127.0.0.1:7003 127.0.0.1:7004 127.0.0.1:7005 \
            --cluster-replicas 1 --cluster-yes
        fi
        wait
        """;

    /// <summary>Adds it.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder)
    {
        var password = BrokerPassword.Add(builder, "redis-cluster");
        var container = RedisGroup.Add(
            builder, "redis-cluster", Enumerable.Range(FirstPort, Nodes), Script, password,
            new RedisReply(FirstPort + Nodes - 1, "CLUSTER INFO", "cluster_state:ok", Authenticate: true));
        var connection = builder.AddConnectionString(
            "redis", ReferenceExpression.Create($"127.0.0.1:7000,127.0.0.1:7001,127.0.0.1:7002,password={password}"));
        return new Broker("redis-cluster", "redis", connection) { Needs = [container] };
    }
}

using Sockudo.AppHost.Brokers.Health;

namespace Sockudo.AppHost.Brokers.Containers;

/// <summary>Redis with failover in one container: a master (7010), a replica (7011) and three sentinels (7012 to 7014).</summary>
internal static class RedisSentinelGroup
{
    private const int FirstPort = 7010;
    private const int Processes = 5;
    private const int LastSentinel = 7014;

    private const string Script =
        """
        set -e
        trap 'exit 0' TERM INT # as the container's first process sh would ignore them
        for port in 7010 7011; do
          mkdir -p /data/$port
          redis-server --port $port --dir /data/$port --save '' --appendonly no --protected-mode no \
            --requirepass "$REDIS_PASSWORD" --masterauth "$REDIS_PASSWORD" --replica-announce-ip 127.0.0.1 \
            $([ $port = 7010 ] || echo --replicaof 127.0.0.1 7010) &
        done
        until REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -p 7010 ping | grep -q PONG; do sleep 0.2; done
        for port in 7012 7013 7014; do
          mkdir -p /data/$port
          printf '%s\n' "port $port" "dir /data/$port" 'protected-mode no' 'sentinel announce-ip 127.0.0.1' \
            'sentinel monitor mymaster 127.0.0.1 7010 2' "sentinel auth-pass mymaster $REDIS_PASSWORD" \
            'sentinel down-after-milliseconds mymaster 2000' 'sentinel failover-timeout mymaster 6000' > /data/$port/sentinel.conf
          redis-server /data/$port/sentinel.conf --sentinel &
        done
        wait
        """;

    /// <summary>Adds it.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder)
    {
        var password = BrokerPassword.Add(builder, "redis-sentinel");
        var container = RedisGroup.Add(
            builder, "redis-sentinel", Enumerable.Range(FirstPort, Processes), Script, password,
            new RedisReply(LastSentinel, "SENTINEL CKQUORUM mymaster", "OK 3 usable", Authenticate: false));
        var connection = builder.AddConnectionString(
            "redis", ReferenceExpression.Create($"127.0.0.1:7012,127.0.0.1:7013,127.0.0.1:7014,serviceName=mymaster,password={password}"));
        return new Broker("redis", "redis", connection) { Needs = [container] };
    }
}

using System.Globalization;
using Sockudo.AppHost.Brokers.Containers;
using Sockudo.AppHost.Brokers.Processes;

namespace Sockudo.AppHost.Brokers;

/// <summary>
/// Redis with failover: when run, a master, a replica and three sentinels, in one container or as five processes; when published, or with
/// <c>ConnectionStrings:redis</c>, an existing one. The connection string names the sentinels, as StackExchange.Redis wants it:
/// <c>host:26379,host2:26379,serviceName=mymaster</c>.
/// </summary>
internal static class RedisSentinel
{
    /// <summary>Adds it.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (!builder.ExecutionContext.IsRunMode || Broker.Exists(builder, "redis")) return Broker.Existing(builder, "redis", "redis");

        var program = BrokerProgram.Redis();
        return BrokerForms.Choose(builder, options, program) == BrokerForm.Container ? RedisSentinelGroup.Add(builder) : AddProcesses(builder, program.Path!);
    }

    private static Broker AddProcesses(IDistributedApplicationBuilder builder, string program)
    {
        var password = BrokerPassword.Add(builder, "redis-sentinel");
        var master = RedisProcess.Add(builder, "redis-master", program, password);
        var port = master.Resource.Port;
        var replica = RedisProcess.Add(builder, "redis-replica", program, password, string.Create(CultureInfo.InvariantCulture, $"replicaof 127.0.0.1 {port}"))
            .WaitFor(master);
        var sentinels = Enumerable.Range(1, 3)
            .Select(number => RedisProcess.AddSentinel(builder, $"redis-sentinel-{number}", program, password, port).WaitFor(master).WaitFor(replica))
            .ToList();
        var addresses = string.Join(',', sentinels.Select(static sentinel => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{sentinel.Resource.Port}")));
        var connection = builder.AddConnectionString("redis", ReferenceExpression.Create($"{addresses},serviceName=mymaster,password={password}"));
        return new Broker("redis", "redis", connection) { Needs = [master, replica, .. sentinels] };
    }
}

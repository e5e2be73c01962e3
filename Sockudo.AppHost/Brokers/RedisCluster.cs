using System.Globalization;
using Sockudo.AppHost.Brokers.Containers;
using Sockudo.AppHost.Brokers.Processes;

namespace Sockudo.AppHost.Brokers;

/// <summary>
/// A Redis Cluster: when run, three masters with a replica each, in one container or as six processes; when published, or with
/// <c>ConnectionStrings:redis</c>, an existing one.
/// </summary>
internal static class RedisCluster
{
    private const int Nodes = 6;

    /// <summary>Adds it.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (!builder.ExecutionContext.IsRunMode || Broker.Exists(builder, "redis")) return Broker.Existing(builder, "redis-cluster", "redis");

        var program = BrokerProgram.Redis() with { Path = SearchPath.Find("redis-cli") is null ? null : SearchPath.Find("redis-server") };
        return BrokerForms.Choose(builder, options, program) == BrokerForm.Container ? RedisClusterGroup.Add(builder) : AddProcesses(builder, program.Path!);
    }

    private static Broker AddProcesses(IDistributedApplicationBuilder builder, string program)
    {
        var password = BrokerPassword.Add(builder, "redis-cluster");
        var nodes = Enumerable.Range(1, Nodes).Select(number => RedisProcess.Add(
            builder, $"redis-{number}", program, password,
            "cluster-enabled yes", "cluster-config-file nodes.conf", "cluster-node-timeout 2000", "cluster-announce-ip 127.0.0.1")).ToList();
        var addresses = nodes.Select(static node => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Resource.Port}")).ToList();
        var connection = builder.AddConnectionString("redis", ReferenceExpression.Create($"{string.Join(',', addresses.Take(3))},password={password}"));
        return new Broker("redis-cluster", "redis", connection) { Needs = [.. nodes], Preparation = Join(builder, nodes, addresses, password) };
    }

    // redis-cli gives out the slots and waits until every node agrees.
    private static IResourceBuilder<ExecutableResource> Join(
        IDistributedApplicationBuilder builder, List<IResourceBuilder<RedisProcess>> nodes, List<string> addresses, IResourceBuilder<ParameterResource> password)
    {
        var join = builder.AddExecutable(
                "redis-cluster", SearchPath.Find("redis-cli")!, Path.GetTempPath(),
                ["--cluster", "create", .. addresses, "--cluster-replicas", "1", "--cluster-yes"])
            .WithEnvironment("REDISCLI_AUTH", password)
            .ExcludeFromManifest();
        foreach (var node in nodes)
        {
            join.WaitFor(node);
            node.WithParentRelationship(join);
        }

        return join;
    }
}

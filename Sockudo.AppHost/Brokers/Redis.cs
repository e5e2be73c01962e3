using Sockudo.AppHost.Brokers.Processes;

namespace Sockudo.AppHost.Brokers;

/// <summary>One Redis server, or an existing one by <c>ConnectionStrings:redis</c>.</summary>
internal static class Redis
{
    /// <summary>Adds it. Nothing is stored: the servers only pass messages through it.</summary>
    public static Broker Add(IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (Broker.Exists(builder, "redis")) return Broker.Existing(builder, "redis", "redis");

        var program = BrokerProgram.RedisOrGarnet();
        return BrokerForms.Choose(builder, options, program) == BrokerForm.Container ? Of(builder.AddRedis("redis"))
            : program.Path is { } path ? Of(RedisProcess.Add(builder, "redis", path, BrokerPassword.Add(builder, "redis")))
            : Of(GarnetProcess.Add(builder, "redis"));
    }

    private static Broker Of<T>(IResourceBuilder<T> redis)
        where T : IResourceWithConnectionString =>
        new("redis", "redis", (IResourceBuilder<IResourceWithConnectionString>)redis) { Needs = [(IResourceBuilder<IResource>)redis] };
}

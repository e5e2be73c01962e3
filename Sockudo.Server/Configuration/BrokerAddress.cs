namespace Sockudo.Server.Configuration;

/// <summary>Decides whether Aspire's connection strings count: a Sockudo key or variable that says where the broker is wins over them.</summary>
internal static class BrokerAddress
{
    /// <summary>Fills the two connection strings of the configuration.</summary>
    public static void Resolve(LoadState state)
    {
        state.Configuration.RedisConnectionString = Choose(state, "redis", static path =>
            path is "adapter.redis.redis_pub_options.url" or "database.redis.host" or "database.redis.port" or "database.redis.sentinels"
                or "database.redis.cluster.nodes" or "database.redis.cluster_nodes" or "adapter.cluster.nodes");
        state.Configuration.NatsConnectionString = Choose(state, "nats", static path => path is "adapter.nats.servers");
    }

    private static string? Choose(LoadState state, string name, Func<string, bool> saysWhere)
    {
        var path = $"ConnectionStrings:{name}";
        if (state.Configuration.Held.Get<string?>(path, null) is not { } connectionString) return null;
        foreach (var (other, origin) in state.Origins)
        {
            // An empty list, as configuration files carry it along, says nothing about where the broker is.
            if (!saysWhere(other) || ConfigurationTable.ByPath[other].Display(state.Configuration) is "none" or "unset") continue;
            state.Warn($"{path} is not used: {other} ({origin}) says where {name} is.", "remove one of them.");
            return null;
        }

        return connectionString;
    }
}

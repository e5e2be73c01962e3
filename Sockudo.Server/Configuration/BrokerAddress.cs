using Sockudo.Server.Configuration.Keys;

namespace Sockudo.Server.Configuration;

/// <summary>Decides whether what Aspire says of a broker counts: a Sockudo key or variable that says where the broker is wins over it.</summary>
internal static class BrokerAddress
{
    /// <summary>Fills the two connection strings of the configuration.</summary>
    public static void Resolve(LoadState state)
    {
        state.Configuration.RedisConnectionString = Choose(state, AspireKeys.Redis, "redis", static path =>
            path is "adapter.redis.redis_pub_options.url" or "database.redis.host" or "database.redis.port" or "database.redis.sentinels"
                or "database.redis.cluster.nodes" or "database.redis.cluster_nodes" or "adapter.cluster.nodes");
        state.Configuration.NatsConnectionString = Choose(state, AspireKeys.Nats, "nats", static path => path is "adapter.nats.servers");
    }

    private static string? Choose(LoadState state, string section, string name, Func<string, bool> saysWhere)
    {
        if (Find(state.Configuration.Held, section, name) is not var (path, connectionString)) return null;
        foreach (var (other, origin) in state.Origins)
        {
            // An empty list, as configuration files carry it along, says nothing about where the broker is.
            if (!saysWhere(other) || ConfigurationTable.ByPath[other].Display(state.Configuration) is "none" or "unset") continue;
            state.Warn($"{path} is not used: {other} ({origin}) says where {name} is.", "remove one of them.");
            return null;
        }

        return connectionString;
    }

    private static (string Path, string Value)? Find(HeldValues values, string section, string name) =>
        values.Find($"ConnectionStrings:{name}") is string direct ? ($"ConnectionStrings:{name}", direct) : AspireKeys.Find<string>(values, section, name, "ConnectionString");
}

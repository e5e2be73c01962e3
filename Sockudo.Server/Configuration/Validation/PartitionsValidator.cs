namespace Sockudo.Server.Configuration.Validation;

/// <summary>More than one partition helps only where topics live on different nodes of the broker.</summary>
internal static class PartitionsValidator
{
    private const string Path = "adapter.cluster.partitions";

    /// <summary>Refuses partitions without sharded pub/sub.</summary>
    public static void Validate(LoadState state)
    {
        var held = state.Configuration.Held;
        if (held.Get(Path, 1L) <= 1 || state.Configuration.Adapter.Driver != "redis-cluster" || held.Get("adapter.cluster.use_sharded_pubsub", false)) return;
        state.Error(Path, "more than 1 needs adapter.cluster.use_sharded_pubsub: without it every Redis node gets every topic", state.Origin(Path));
    }
}

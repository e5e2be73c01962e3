namespace Sockudo.Tests.Architecture;

/// <summary>
/// Which folder of Sockudo.Server may use which: the table of docs/architecture.md. A folder that is not here breaks the
/// build, so that a new one is a decision.
/// </summary>
internal static class LayerTable
{
    /// <summary>The composition root uses everything.</summary>
    internal static readonly string[] CompositionRoot = ["Hosting", "Configuration"];

    /// <summary>Layers whose sub-folders are drivers: only the composition root names one.</summary>
    internal static readonly string[] WithDrivers = ["Backplane", "Apps", "Caching", "Queueing", "RateLimiting"];

    private static readonly string[] Level0 = ["Protocol", "Transport", "Metrics", "Tracing", "RedisConnections"];
    private static readonly string[] UpTo1 = [.. Level0, "Backplane", "Apps", "Caching", "Queueing", "RateLimiting"];
    private static readonly string[] UpTo2 = [.. UpTo1, "Connections"];
    private static readonly string[] UpTo3 = [.. UpTo2, "Channels"];
    private static readonly string[] UpTo4 = [.. UpTo3, "Adapters", "Webhooks"];
    private static readonly string[] UpTo5 = [.. UpTo4, "Messaging"];

    private static readonly string[] OfADriver = ["Protocol", "Metrics", "Tracing", "RedisConnections"];

    /// <summary>Per folder, the folders it may use beside itself.</summary>
    internal static readonly IReadOnlyDictionary<string, string[]> MayUse = new Dictionary<string, string[]>
    {
        ["Protocol"] = ["Transport"],
        ["Transport"] = [],
        ["Metrics"] = [],
        ["Tracing"] = ["Protocol", "Transport"],
        ["RedisConnections"] = ["Tracing"],
        ["Backplane"] = ["Metrics", "RedisConnections"],
        ["Apps"] = OfADriver,
        ["Caching"] = OfADriver,
        ["Queueing"] = OfADriver,
        ["RateLimiting"] = OfADriver,
        ["Connections"] = UpTo1,
        ["Channels"] = UpTo2,
        ["Adapters"] = UpTo3,
        ["Webhooks"] = ["Apps", "Queueing", "Protocol", "Metrics", "Tracing"],
        ["Messaging"] = [.. UpTo4.Except(["Backplane", "Queueing"])],
        ["Gateway"] = UpTo5,
        ["Http"] = UpTo5,
    };
}

namespace Sockudo.AppHost.Brokers.Processes;

/// <summary>A program that a broker's processes run.</summary>
/// <param name="Path">Where it is; null when the PATH does not have it.</param>
/// <param name="Missing">What to say when it is not there, a clause.</param>
/// <param name="HowToInstall">How to get it, a clause in the imperative.</param>
/// <param name="Garnet">Whether Garnet can be run in its place, as a tool of the .NET SDK.</param>
internal sealed record BrokerProgram(string? Path, string Missing, string HowToInstall, bool Garnet = false)
{
    /// <summary>Whether processes can be started.</summary>
    public bool IsInstalled => Path is not null || Garnet;

    /// <summary><c>redis-server</c>; for a single server Garnet does in its place, which needs nothing but the .NET SDK.</summary>
    public static BrokerProgram RedisOrGarnet() => Redis() with { Garnet = SearchPath.Find("dotnet") is not null };

    /// <summary><c>redis-server</c>, for what Garnet is not: sentinels and clusters.</summary>
    public static BrokerProgram Redis() => new(
        SearchPath.Find("redis-server"), "redis-server is not on the PATH", "install redis-server (Debian: apt-get install redis-server)");

    /// <summary><c>nats-server</c>.</summary>
    public static BrokerProgram Nats() => new(
        SearchPath.Find("nats-server"), "nats-server is not on the PATH", "install nats-server (Debian: apt-get install nats-server)");
}

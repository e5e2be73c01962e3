using StackExchange.Redis;

namespace Sockudo.Server.RedisConnections;

/// <summary>What the servers named are.</summary>
internal enum RedisTopology
{
    /// <summary>One server.</summary>
    Server,

    /// <summary>Sentinels, which know the server.</summary>
    Sentinel,

    /// <summary>Some of the nodes of a Redis Cluster.</summary>
    Cluster,
}

/// <summary>What is connected to, after every form of configuration was read. Immutable; its text never shows a secret.</summary>
internal sealed class RedisTarget
{
    /// <summary>What <see cref="Nodes"/> are.</summary>
    public required RedisTopology Topology { get; init; }

    /// <summary>The server, the sentinels, or some nodes of the cluster.</summary>
    public required IReadOnlyList<RedisNodeAddress> Nodes { get; init; }

    /// <summary>The user of the servers.</summary>
    public string? Username { get; init; }

    /// <summary>The password of the servers.</summary>
    public string? Password { get; init; }

    /// <summary>The user of the sentinels.</summary>
    public string? SentinelUsername { get; init; }

    /// <summary>The password of the sentinels.</summary>
    public string? SentinelPassword { get; init; }

    /// <summary>The master's name among the sentinels.</summary>
    public string MasterName { get; init; } = "mymaster";

    /// <summary>The database's number.</summary>
    public int Database { get; init; }

    /// <summary>Whether to speak TLS.</summary>
    public bool IsTls { get; init; }

    /// <summary>The files of TLS.</summary>
    public required RedisTlsOptions Tls { get; init; }

    /// <summary>The longest that one attempt to connect may take.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>The longest that a command waits for its answer.</summary>
    public required TimeSpan CommandTimeout { get; init; }

    /// <summary>What a connection string said beyond all that. Not to be changed: clone it.</summary>
    public ConfigurationOptions? Base { get; init; }

    public override string ToString() => Topology switch
    {
        RedisTopology.Sentinel => $"{MasterName} by the sentinels {string.Join(',', Nodes)}",
        RedisTopology.Cluster => $"the cluster of {string.Join(',', Nodes)}",
        _ => Nodes[0].ToString(),
    };
}

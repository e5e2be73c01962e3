using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Sockudo.AppHost;

/// <summary>
/// What can be chosen about the system. Arguments (<c>--Sockudo:Adapter=nats</c>) win over the environment (<c>Sockudo__Adapter</c>), which
/// wins over appsettings.json.
/// </summary>
/// <param name="Adapter"><c>Sockudo:Adapter</c>; default <c>redis</c>.</param>
/// <param name="Replicas"><c>Sockudo:Replicas</c>, the number of servers; default 3, and 1 with the local adapter.</param>
/// <param name="Brokers"><c>Sockudo:Brokers</c>, how a broker is started; default <c>auto</c>.</param>
/// <param name="Compose"><c>Sockudo:Compose</c>: publish a Docker Compose file; default false, because azd cannot read a manifest that has it.</param>
internal sealed record AppHostOptions(Adapter Adapter, int Replicas, BrokerForm Brokers, bool Compose)
{
    private static readonly Dictionary<string, Adapter> Adapters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["local"] = Adapter.Local,
        ["redis"] = Adapter.Redis,
        ["redis-sentinel"] = Adapter.RedisSentinel,
        ["redis-cluster"] = Adapter.RedisCluster,
        ["nats"] = Adapter.Nats,
    };

    private static readonly Dictionary<string, BrokerForm> Forms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["auto"] = BrokerForm.Auto,
        ["container"] = BrokerForm.Container,
        ["process"] = BrokerForm.Process,
    };

    /// <summary>Reads the options.</summary>
    /// <exception cref="InvalidOperationException">A value is none of those allowed; the message names the key and what was expected.</exception>
    public static AppHostOptions Read(IConfiguration configuration)
    {
        var adapter = ReadChoice(configuration, "Adapter", Adapters, "redis");
        return new AppHostOptions(
            adapter,
            ReadReplicas(configuration["Sockudo:Replicas"], adapter),
            ReadChoice(configuration, "Brokers", Forms, "auto"),
            ReadCompose(configuration["Sockudo:Compose"]));
    }

    private static T ReadChoice<T>(IConfiguration configuration, string key, Dictionary<string, T> choices, string byDefault)
    {
        var name = configuration[$"Sockudo:{key}"] is { Length: > 0 } text ? text : byDefault;
        return choices.TryGetValue(name, out var choice) ? choice : throw Expected(key, $"one of {string.Join(", ", choices.Keys)}", name);
    }

    private static int ReadReplicas(string? text, Adapter adapter)
    {
        if (string.IsNullOrEmpty(text)) return adapter == Adapter.Local ? 1 : 3;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) || replicas < 1) throw Expected("Replicas", "a number from 1", text);
        if (adapter == Adapter.Local && replicas > 1) throw Expected("Replicas", "1 with the local adapter, whose servers know nothing of each other", text);

        return replicas;
    }

    private static bool ReadCompose(string? text)
    {
        if (string.IsNullOrEmpty(text)) return false;

        return bool.TryParse(text, out var compose) ? compose : throw Expected("Compose", "true or false", text);
    }

    private static InvalidOperationException Expected(string key, string expected, string found) =>
        new($"Sockudo:{key} must be {expected}; found '{found}'.");
}

using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>How a server of the tests is started: a configuration file and an environment, as an operator would write them.</summary>
public sealed class ServerSetup
{
    private readonly JsonObject _configuration = new();

    /// <summary>Apps of <c>app_manager.array.apps</c>.</summary>
    public IReadOnlyList<TestApp> Apps { get; init; } = TestApps.All;

    /// <summary>Production unless a test is about what Development adds.</summary>
    public string HostEnvironment { get; init; } = "Production";

    /// <summary>Environment variables of the server.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>The port to listen on; null for a free one. A restarted server keeps its port.</summary>
    public int? Port { get; init; }

    /// <summary>How many descriptors the process may have; null for as many as the tests may.</summary>
    public int? DescriptorLimit { get; init; }

    /// <summary>Whether readiness is asked of the metrics listener: the main one speaks TLS, or listens on a Unix socket.</summary>
    public bool IsAskedByMetrics { get; init; }

    /// <summary>Sets one key, by its path in the configuration file: <c>Set("websocket.max_messages", 5)</c>.</summary>
    public ServerSetup Set(string path, JsonNode? value)
    {
        var node = _configuration;
        var parts = path.Split('.');
        foreach (var part in parts[..^1])
        {
            if (node[part] is not JsonObject child)
                node[part] = child = new JsonObject();
            node = child;
        }

        node[parts[^1]] = value;
        return this;
    }

    /// <summary>The file's text; what a test has set wins over what every server of the tests needs.</summary>
    public string ToJson(int port, int metricsPort)
    {
        var file = new JsonObject
        {
            ["host"] = "127.0.0.1",
            ["port"] = port,
            ["shutdown_grace_period"] = 1,
            ["metrics"] = new JsonObject { ["enabled"] = true, ["host"] = "127.0.0.1", ["port"] = metricsPort },
            ["app_manager"] = new JsonObject
            {
                ["driver"] = "memory",
                ["array"] = new JsonObject { ["apps"] = new JsonArray([.. Apps.Select(app => app.ToJson())]) },
            },
        };
        Merge(file, _configuration);
        return file.ToJsonString();
    }

    private static void Merge(JsonObject target, JsonObject source)
    {
        foreach (var (name, value) in source)
        {
            if (value is JsonObject child && target[name] is JsonObject existing)
                Merge(existing, child);
            else
                target[name] = value?.DeepClone();
        }
    }
}

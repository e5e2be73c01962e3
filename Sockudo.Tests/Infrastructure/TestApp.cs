using System.Text.Json.Nodes;

namespace Sockudo.Tests.Infrastructure;

/// <summary>An app of the tested server: its credentials and the configuration entry that creates it.</summary>
/// <param name="Id">Used for key and secret too, so that a log line tells which app it was.</param>
public sealed record TestApp(string Id)
{
    public string Key => $"{Id}-key";

    public string Secret => $"{Id}-secret";

    /// <summary>Configuration keys beside the credentials, as in <c>app_manager.array.apps</c>.</summary>
    public IReadOnlyDictionary<string, object> Settings { get; init; } = new Dictionary<string, object>();

    /// <summary>The entry of <c>app_manager.array.apps</c>.</summary>
    public JsonObject ToJson()
    {
        var app = new JsonObject
        {
            ["id"] = Id,
            ["key"] = Key,
            ["secret"] = Secret,
            ["max_connections"] = 0,
            ["enable_client_messages"] = true,
            ["enabled"] = true,
            ["max_client_events_per_second"] = 0,
        };
        foreach (var (name, value) in Settings)
        {
            app[name] = value switch
            {
                JsonNode node => node.DeepClone(),
                string[] list => new JsonArray([.. list.Select(item => JsonValue.Create(item))]),
                _ => JsonValue.Create(value),
            };
        }

        return app;
    }
}
